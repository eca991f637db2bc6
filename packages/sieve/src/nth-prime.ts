/**
 * The n-th prime: counted segment by segment, and told apart only in the segment that holds it.
 */
import { checkInteger, PRIMES_IN_INT32 } from './domain.ts';
import { SEGMENT_SPAN } from './segment.ts';
import { segments } from './segment-cache.ts';
import { tally } from './tally.ts';

/**
 * The n-th prime; the first is 2.
 *
 * @param n - from 1 to {@link PRIMES_IN_INT32}; the time grows with it, to under a second at the end
 * @throws TypeError if n is no integer, RangeError if the n-th prime is no int32
 * @example
 * ```ts
 * import { nthPrime } from '@concurrent-primes/sieve';
 *
 * console.log(nthPrime(10_001)); // prints 104743
 * ```
 */
export function nthPrime(n: number): number {
  checkInteger('find the n-th prime', 'n', n, 1, PRIMES_IN_INT32);
  let left = n;
  for (let index = 0; ; index++) {
    const segment = segments.peek(index);
    const passed = tally(segment, segment.start, segment.start + SEGMENT_SPAN - 1, left);
    left -= passed.count;
    if (left === 0) return passed.next - 1;
  }
}
