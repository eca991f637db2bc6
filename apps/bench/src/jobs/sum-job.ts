/**
 * Adds up a chunk of 64 KB of big-endian int32, repeatedly.
 *
 * Usage: sum REPEATS PASSES
 */
import { chunkBuffer, PrimeStream, sumInt32BE } from '@concurrent-primes/sieve';
import { leastMsOf, numberArguments, printOutcome, sumOfInt32 } from './job-tools.ts';

const [repeats = 1, passes = 1] = numberArguments();

const chunk = chunkBuffer();
// The first 64 KB of primes lie in the first segment, so one fill writes all of them.
new PrimeStream(0, 2 ** 31 - 1).fill(chunk);
let sum = 0n;
const elapsedMs = leastMsOf(passes, () => {
  for (let i = 0; i < repeats; i++) sum = sumInt32BE(chunk);
});
const expected = BigInt(sumOfInt32(chunk));
if (sum !== expected) throw new Error(`cannot sum a chunk: the sum must be ${expected}, got ${sum}`);
printOutcome(elapsedMs, sum);
