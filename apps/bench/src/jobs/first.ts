/**
 * The primes of [0, LIMIT] as chunks, the first work of a new process: loading the package, compiling, making tables,
 * and running code that isn't optimized yet are all in the time; only the start of Node is not.
 *
 * Usage: first LIMIT
 */
import { numberArguments, printOutcome, sumOfInt32 } from './job.ts';

const [limit = 0] = numberArguments();
const beganMs = performance.now();
const { chunkBuffer, PrimeStream } = await import('@concurrent-primes/sieve');
const chunk = chunkBuffer();
stream(() => undefined);
const elapsedMs = performance.now() - beganMs;

let sum = 0n;
const primes = stream((bytes) => {
  sum += BigInt(sumOfInt32(bytes));
});
printOutcome(elapsedMs, `${primes} primes, sum ${sum}`);

function stream(use: (bytes: Uint8Array) => void): number {
  let bytes = 0;
  for (const stream = new PrimeStream(0, limit); !stream.done;) {
    const filled = stream.fill(chunk);
    use(chunk.subarray(0, filled));
    stream.advance(filled);
    bytes += filled;
  }
  return bytes / 4;
}
