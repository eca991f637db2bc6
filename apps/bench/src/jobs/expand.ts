/**
 * Expands one segment that is sieved already into big-endian int32, in chunks of 64 KB, again and again.
 *
 * Usage: expand A B REPEATS PASSES (A and B in the same segment)
 */
import { chunkBuffer, PrimeStream } from '@concurrent-primes/sieve';
import { leastMsOf, numberArguments, printOutcome } from './job.ts';

const [a = 0, b = 0, repeats = 1, passes = 1] = numberArguments();
const chunk = chunkBuffer();
let bytes = expand();
const elapsedMs = leastMsOf(passes, () => {
  for (let i = 0; i < repeats; i++) bytes = expand();
});
printOutcome(elapsedMs, bytes / 4);

function expand(): number {
  const stream = new PrimeStream(a, b);
  let total = 0;
  while (!stream.done) {
    const filled = stream.fill(chunk);
    stream.advance(filled);
    total += filled;
  }
  return total;
}
