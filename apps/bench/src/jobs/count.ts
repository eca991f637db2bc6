/**
 * Counts the primes in intervals of one length: the time of one interval, on average.
 *
 * Standard input has lower bounds, one a line; the intervals are [a, a + LENGTH - 1].
 *
 * Usage: count LENGTH PASSES
 */
import { countPrimes } from '@concurrent-primes/sieve';
import { text } from 'node:stream/consumers';
import { leastMsOf, numberArguments, printOutcome } from './job.ts';

const [length = 0, passes = 1] = numberArguments();
const starts = (await text(process.stdin)).trim().split('\n').map(Number);
let count = 0;
const elapsedMs = leastMsOf(passes, () => {
  count = 0;
  for (const start of starts) count += countPrimes(start, start + length - 1);
});
printOutcome(elapsedMs / starts.length, count);
