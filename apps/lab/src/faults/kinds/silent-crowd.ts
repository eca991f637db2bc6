/** Clients that connect and send nothing. */
import { whyTooFewDescriptors } from '@concurrent-primes/harness';
import type { Fault } from '../fault.ts';
import { crowd, CROWD_DESCRIPTORS, crowdSize } from '../fault-clients.ts';

/** Clients that take all threads of a pool, or all descriptors of `select`, connect and say nothing. */
export const SILENT_CROWD: Fault = {
  title: 'a crowd connects and says nothing: a client for each thread of a pool, 1,010 for others',
  expects: 'every request is answered in place of a silent connection; before, a loop may refuse',
  // A loop refuses further clients until the crowd has been idle for as long as this.
  args: ['--evict-after', '0.2'],
  refuses: ['refused-busy'],
  whyNot: () => whyTooFewDescriptors(CROWD_DESCRIPTORS),
  cause: (scene) => crowd(crowdSize(scene), scene),
};
