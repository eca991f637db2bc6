/**
 * Counts the primes in [a, a + LENGTH - 1] for each lower bound a on standard input, one a line. Reports the average
 * time of an interval.
 *
 * Usage: count LENGTH PASSES
 */
import { countPrimes } from '@concurrent-primes/sieve';
import { text } from 'node:stream/consumers';
import { leastMsOf, numberArguments, printOutcome } from './job-tools.ts';

const [length = 0, passes = 1] = numberArguments();
const starts = (await text(process.stdin)).trim().split('\n').map(Number);
let count = 0;
const elapsedMs = leastMsOf(passes, () => {
  count = 0;
  for (const start of starts) count += countPrimes(start, start + length - 1);
});
printOutcome(elapsedMs / starts.length, count);
