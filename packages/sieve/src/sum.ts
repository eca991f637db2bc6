/**
 * Summing the primes in an interval, segment by segment: exact numbers within a segment, a bigint over all, because
 * the sum of all int32 primes, about 1.1 · 10^17, is past 2^53.
 */
import { checkInterval } from './domain.ts';
import { SEGMENT_SPAN, segmentOf } from './segment.ts';
import { segments } from './segment-cache.ts';
import { tally } from './tally.ts';

/**
 * The sum of the primes in [a, b].
 *
 * @param a - lower bound, an int32
 * @param b - upper bound, an int32 (it belongs to the interval); below `a` the interval is empty
 * @throws TypeError if a bound is no integer, RangeError if it is no int32
 * @example
 * ```ts
 * import { sumPrimes } from '@concurrent-primes/sieve';
 *
 * console.log(sumPrimes(1, 2_000_000)); // prints 142913828922n
 * ```
 */
export function sumPrimes(a: number, b: number): bigint {
  checkInterval('sum primes', a, b);
  let sum = 0n;
  for (let next = Math.max(a, 2); next <= b;) {
    const segment = segments.peek(segmentOf(next));
    const passed = tally(segment, next, Math.min(b, segment.start + SEGMENT_SPAN - 1));
    sum += BigInt(passed.sum);
    next = passed.next;
  }
  return sum;
}
