/**
 * Expands one segment that is already sieved into big-endian int32, in chunks of 64 KB, repeatedly.
 *
 * Usage: expand A B REPEATS PASSES, with A and B in the same segment
 */
import { chunkBuffer, PrimeStream } from '@concurrent-primes/sieve';
import { drainStream, leastMsOf, numberArguments, printOutcome } from './job-tools.ts';

const [a = 0, b = 0, repeats = 1, passes = 1] = numberArguments();
const chunk = chunkBuffer();
let primes = drainStream(new PrimeStream(a, b), chunk);
const elapsedMs = leastMsOf(passes, () => {
  for (let i = 0; i < repeats; i++) primes = drainStream(new PrimeStream(a, b), chunk);
});
printOutcome(elapsedMs, primes);
