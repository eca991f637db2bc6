/** The n-th prime: bisection of the counts at segment borders finds its segment, counting bits finds it there. */
import { PRIMES_BELOW_SEGMENT } from '../dist/kernel-data.js';
import { checkInteger, PRIMES_IN_INT32 } from './domain.ts';
import { LAST_WHEEL_PRIME, SEGMENT_COUNT, SEGMENT_SPAN, startOf, WHEEL_PRIMES } from './segment.ts';
import { sieved } from './segment-cache.ts';
import { threadKernel } from './thread-kernel.ts';

/**
 * The n-th prime; the first is 2. Sieves one segment.
 *
 * @param n - 1 to {@link PRIMES_IN_INT32}.
 * @throws TypeError when n is not an integer; RangeError when the n-th prime is not an int32.
 */
export function nthPrime(n: number): number {
  checkInteger('find the n-th prime', 'n', n, 1, PRIMES_IN_INT32);
  // The last segment with fewer than n primes below it is always in [low, high).
  let [low, high] = [0, SEGMENT_COUNT];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (PRIMES_BELOW_SEGMENT[middle]! < n) low = middle;
    else high = middle;
  }
  return nthInSegment(startOf(low), startOf(low) + SEGMENT_SPAN - 1, n - PRIMES_BELOW_SEGMENT[low]!);
}

/** The n-th prime in [from, to], a part of one segment with at least n primes. */
export function nthInSegment(from: number, to: number, n: number): number {
  let left = n;
  if (from <= LAST_WHEEL_PRIME) {
    for (const prime of WHEEL_PRIMES) if (prime >= from && --left === 0) return prime;
  }
  const { at, start } = sieved(from, to);
  return start + threadKernel().select(at, from - start, left);
}
