/** What the programs of this folder share: each runs as a process of its own, does its work, and prints its outcome. */
import type { PrimeStream } from '@concurrent-primes/sieve';
import type { TimedResult } from '../timed-program.ts';

/** The arguments of this process, as numbers. */
export function numberArguments(): number[] {
  return process.argv.slice(2).map(Number);
}

/** The shortest time of several passes: the first ones run code that isn't optimized yet, and any may be disturbed. */
export function leastMsOf(passes: number, work: () => void): number {
  const times = Array.from({ length: passes }, () => {
    const beganMs = performance.now();
    work();
    return performance.now() - beganMs;
  });
  return Math.min(...times);
}

/** Prints the outcome, as `readJson` of timed-program.ts reads it. */
export function printOutcome(elapsedMs: number, result: bigint | number | string): void {
  process.stdout.write(`${JSON.stringify({ elapsedMs, result: String(result) } satisfies TimedResult)}\n`);
}

/** The sum of big-endian int32, read one by one; exact up to 2^53, which no chunk reaches. */
export function sumOfInt32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum += view.getInt32(at);
  return sum;
}

/**
 * Takes all chunks of a prime stream.
 *
 * @param use - called with the bytes of each chunk, which the next one overwrites
 * @returns the number of primes
 */
export function drainStream(stream: PrimeStream, chunk: Uint8Array, use?: (bytes: Uint8Array) => void): number {
  let bytes = 0;
  while (!stream.done) {
    const filled = stream.fill(chunk);
    use?.(chunk.subarray(0, filled));
    stream.advance(filled);
    bytes += filled;
  }
  return bytes / 4;
}

/** Number and sum of the primes of a stream, in words. */
export function describeStream(stream: PrimeStream, chunk: Uint8Array): string {
  let sum = 0n;
  const primes = drainStream(stream, chunk, (bytes) => {
    sum += BigInt(sumOfInt32(bytes));
  });
  return `${primes} primes, sum ${sum}`;
}
