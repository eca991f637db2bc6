/** Clients that ask once and keep their connections. */
import { whyTooFewDescriptors } from '@concurrent-primes/harness';
import type { Fault } from '../fault.ts';
import { crowd, CROWD_DESCRIPTORS, crowdSize } from '../fault-clients.ts';

/** Its primes are 101, 103, 107 and 109: N and four primes in 20 bytes. */
const INTERVAL = [100, 110] as const;
const ANSWER_BYTES = 20;
const SUM = 420n;

/** Clients that take all threads of a pool, or all descriptors of `select`, are served once and stay. */
export const IDLE_CROWD: Fault = {
  title: 'a crowd asks once and stays: a client for each thread of a pool, 1,010 for others',
  expects: 'every request is answered in place of an idle connection; before, a loop may refuse',
  // A loop refuses further clients until the crowd has been idle for as long as this.
  args: ['--evict-after', '0.2'],
  refuses: ['refused-busy'],
  whyNot: () => whyTooFewDescriptors(CROWD_DESCRIPTORS),
  cause: (scene) =>
    crowd(crowdSize(scene), scene, async (peer) => {
      await peer.sendRequest(...INTERVAL);
      const { bytes } = await peer.receive(ANSWER_BYTES);
      if (bytes.length === ANSWER_BYTES) await peer.sendSum(SUM);
    }),
};
