/**
 * Counts the primes of [0, LIMIT] by sieving all of it, with a call for each segment, so that the counts at segment
 * borders, which the package knows as constants, can't help.
 *
 * Usage: count-segments LIMIT PASSES [SIEVE], where SIEVE is the URL of the sieve's module in another checkout
 */
import { leastMsOf, numberArguments, printOutcome } from './job-tools.ts';

const [limit = 0, passes = 1] = numberArguments();
const sieve = process.argv[4] ?? '@concurrent-primes/sieve';
const { countPrimes, SEGMENT_SPAN } = (await import(sieve)) as typeof import('@concurrent-primes/sieve');
let count = 0;
const elapsedMs = leastMsOf(passes, () => {
  count = 0;
  for (let from = 0; from <= limit; from += SEGMENT_SPAN) {
    count += countPrimes(from, Math.min(from + SEGMENT_SPAN - 1, limit));
  }
});
printOutcome(elapsedMs, count);
