/**
 * Summing primes: numbers within a segment, a bigint over all, because the sum of all int32 primes, about 1.1 · 10^17,
 * exceeds 2^53.
 *
 * As with counts, the build computed the sums below each segment, and at most two segments are sieved.
 */
import { SUM_BELOW_SEGMENT } from '../dist/kernel-data.js';
import { checkInterval } from './domain.ts';
import { SEGMENT_SPAN, segmentOf, startOf, WHEEL_PRIMES } from './segment.ts';
import { sieved } from './segment-cache.ts';
import { threadKernel } from './thread-kernel.ts';

const INT32_BYTES = 4;

/**
 * The sum of the primes in [a, b].
 *
 * @param b - Upper bound, inclusive; below `a` the interval is empty.
 * @throws TypeError when a bound is not an integer; RangeError when it is not an int32.
 */
export function sumPrimes(a: number, b: number): bigint {
  checkInterval('sum primes', a, b);
  const from = Math.max(a, 2);
  if (from > b) return 0n;
  const first = segmentOf(from);
  const last = segmentOf(b);
  if (first === last) return BigInt(sumInSegment(from, b));
  const between = SUM_BELOW_SEGMENT[last]! - SUM_BELOW_SEGMENT[first + 1]!;
  const ends = sumInSegment(from, startOf(first) + SEGMENT_SPAN - 1) + sumInSegment(startOf(last), b);
  return between + BigInt(ends);
}

/**
 * The sum of the primes in [from, to], a part of one segment. Exact: every segment has fewer than π(10^6) = 78498 primes,
 * all below 2^32, so the sum of two segments is below 2^50.
 */
function sumInSegment(from: number, to: number): number {
  const { at, start } = sieved(from, to);
  const kernel = threadKernel();
  const sum = start * kernel.count(at, from - start, to - start) + kernel.sumOffsets(at, from - start, to - start);
  return WHEEL_PRIMES.reduce((total, prime) => (from <= prime && prime <= to ? total + prime : total), sum);
}

/**
 * The sum of big-endian int32, none negative, such as received primes.
 *
 * @param bytes - Whole numbers. Bytes outside the {@link chunkBuffer} are copied into it.
 * @throws RangeError when the length is not a multiple of 4.
 *
 * @example
 * ```ts
 * import { sumInt32BE } from '@concurrent-primes/sieve';
 *
 * console.log(sumInt32BE(Uint8Array.of(0, 0, 0, 2, 0, 0, 1, 1))); // prints 259n
 * ```
 */
export function sumInt32BE(bytes: Uint8Array): bigint {
  if (bytes.length % INT32_BYTES !== 0) {
    throw new RangeError(`cannot sum int32: bytes must hold a multiple of 4 bytes, got ${bytes.length}`);
  }
  const kernel = threadKernel();
  if (bytes.buffer === kernel.memory.buffer) return kernel.sumInt32BE(bytes.byteOffset, bytes.length / INT32_BYTES);
  let total = 0n;
  for (let at = 0; at < bytes.length; at += kernel.chunkBytes) {
    const part = bytes.subarray(at, at + kernel.chunkBytes);
    kernel.memory.set(part, kernel.chunk);
    total += kernel.sumInt32BE(kernel.chunk, part.length / INT32_BYTES);
  }
  return total;
}
