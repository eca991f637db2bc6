/** Clients that read a long answer a byte now and then. */
import { LARGEST_PRIME } from '@concurrent-primes/conformance';
import type { Fault, Scene } from '../fault.ts';
import { anyhow, connectTo, pause } from '../fault-clients.ts';

/** Fewer than the threads of a pool: a client in mid-answer keeps its thread. */
const CLIENTS = 8;
const BYTE_PAUSE_MS = 50;

/** Clients ask for 420 MB and take 20 bytes a second. */
export const BYTE_READERS: Fault = {
  title: `${CLIENTS} clients ask for 420 MB and read a byte now and then`,
  expects: 'every request is answered',
  cause: async (scene) => {
    await Promise.all(Array.from({ length: CLIENTS }, () => anyhow(readBytes(scene), scene)));
  },
};

async function readBytes(scene: Scene): Promise<void> {
  await using peer = await connectTo(scene, { bufferBytes: 1 });
  await peer.sendRequest(0, LARGEST_PRIME);
  while (typeof (await peer.receiveSome(1)) !== 'string') await pause(BYTE_PAUSE_MS, scene);
}
