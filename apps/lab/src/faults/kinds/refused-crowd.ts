/** More clients than the server's connection limit. */
import type { Fault, Scene } from '../fault.ts';
import { connectTo, visitAgain } from '../fault-clients.ts';

const LIMIT = 8;
const CLIENTS = 100;
/** A client that was refused comes again after this. */
const PAUSE_MS = 100;

/** A hundred clients want to stay where eight may; those that are refused come again and again. */
export const REFUSED_CROWD: Fault = {
  title: `${CLIENTS} silent clients come to a server with --max-clients ${LIMIT}, again and again`,
  expects: 'a client that is served goes on being served, others are told at once that the server is busy',
  refuses: ['refused-busy'],
  args: ['--max-clients', String(LIMIT)],
  cause: (scene) => visitAgain(CLIENTS, scene, () => stay(scene), PAUSE_MS),
};

async function stay(scene: Scene): Promise<void> {
  await using peer = await connectTo(scene);
  await peer.readEnd();
}
