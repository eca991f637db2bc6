/**
 * Counts the primes of [0, LIMIT] by sieving all of it: segment by segment, each by a call of its own, so that what the
 * package knows of counts at segment borders can't help.
 *
 * Usage: count-segments LIMIT PASSES
 */
import { countPrimes, SEGMENT_SPAN } from '@concurrent-primes/sieve';
import { leastMsOf, numberArguments, printOutcome } from './job.ts';

const [limit = 0, passes = 1] = numberArguments();
let count = 0;
const elapsedMs = leastMsOf(passes, () => {
  count = 0;
  for (let from = 0; from <= limit; from += SEGMENT_SPAN) {
    count += countPrimes(from, Math.min(from + SEGMENT_SPAN - 1, limit));
  }
});
printOutcome(elapsedMs, count);
