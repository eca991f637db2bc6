/** A restart under load, on the same port: a gap in which nobody listens, but no exchange that is broken off. */
import { KNOWN_ANSWERS, Peer } from '@concurrent-primes/conformance';
import type { Fault } from '../fault.ts';

/** 23 MB: more than the buffers of the kernel hold, so that the answer is under way when the server has to stop. */
const LIMIT = 100_000_000;
const { count: COUNT, sum: SUM } = KNOWN_ANSWERS.find(({ limit }) => limit === LIMIT)!;

/** The server gets SIGTERM while a long answer is under way; the next one starts when it has ended. */
export const RESTART: Fault = {
  title: 'SIGTERM in mid-answer, then another server on the same port',
  expects: 'what has begun is finished; other clients are refused, and served by the next server',
  // A connection that the kernel has not yet completed when the listening socket closes fails in another way.
  refuses: ['refused-shutting-down', 'connect-refused', 'connect-failed'],
  endsKept: true,
  cause: async (scene) => {
    // It doesn't end with the fault, because it is a good client.
    await using peer = await Peer.connect(scene.port);
    await peer.sendRequest(0, LIMIT);
    const count = await peer.readCount();
    await Promise.all([scene.restart(), finish(peer, count)]);
  },
};

async function finish(peer: Peer, count: number): Promise<void> {
  const { sum } = await peer.readPrimes(count, [0, LIMIT]);
  if (count !== COUNT || sum !== SUM) {
    throw new Error(`the answer under way: expected ${COUNT} primes of sum ${SUM}, got ${count} of sum ${sum}`);
  }
  await peer.sendSum(sum);
  await peer.end();
}
