/** Clients that read nothing of a long answer, and are cut for that. */
import { LARGEST_PRIME } from '@concurrent-primes/conformance';
import type { Fault, Scene } from '../fault.ts';
import { anyhow, connectTo } from '../fault-clients.ts';

/** Fewer than the threads of a pool: a client in mid-answer keeps its thread until it is cut. */
const CLIENTS = 8;

/** Clients ask for 420 MB, read nothing, and keep their connections after the server has cut them. */
export const CUT_READERS: Fault = {
  title: `${CLIENTS} clients ask for 420 MB and read nothing: --send-timeout cuts them`,
  expects: 'every request is answered, and what was sent to a client that was cut leaves the kernel',
  args: ['--send-timeout', '1'],
  cause: async (scene) => {
    await Promise.all(Array.from({ length: CLIENTS }, () => anyhow(askOnly(scene), scene)));
  },
};

async function askOnly(scene: Scene): Promise<void> {
  const peer = scene.afterwards.use(await connectTo(scene));
  await peer.sendRequest(0, LARGEST_PRIME);
}
