/**
 * Adds up a chunk of 64 KB of big-endian int32, again and again.
 *
 * Usage: sum REPEATS PASSES
 */
import { chunkBuffer, PrimeStream, sumInt32BE } from '@concurrent-primes/sieve';
import { leastMsOf, numberArguments, printOutcome, sumOfInt32 } from './job.ts';

const [repeats = 1, passes = 1] = numberArguments();

const chunk = chunkBuffer();
// Its first 64 KB are within the first segment, so one fill writes all of them.
new PrimeStream(0, 2 ** 31 - 1).fill(chunk);
let sum = 0n;
const elapsedMs = leastMsOf(passes, () => {
  for (let i = 0; i < repeats; i++) sum = sumInt32BE(chunk);
});
if (sum !== BigInt(sumOfInt32(chunk))) throw new Error(`Cannot sum a chunk: received a wrong sum, ${sum}`);
printOutcome(elapsedMs, sum);
