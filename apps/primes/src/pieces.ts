/**
 * Cutting an interval into pieces of work: its parts in each of the sieve's segments, some 50,000 primes.
 *
 * A segment cut in two would be sieved twice, and pieces of several would hold more memory while they wait. Whoever
 * goes through the pieces can show how far he is, stop, and hand them to threads.
 */
import { SEGMENT_SPAN } from '@concurrent-primes/sieve';

/** A closed interval of int32. */
export type Interval = readonly [a: number, b: number];

/**
 * The pieces of an interval, ascending; none if it holds no number above 1.
 *
 * @param interval - int32 bounds
 */
export function* piecesOf([a, b]: Interval): Generator<Interval, void, undefined> {
  for (let from = Math.max(a, 2); from <= b;) {
    const to = Math.min(b, (Math.floor(from / SEGMENT_SPAN) + 1) * SEGMENT_SPAN - 1);
    yield [from, to];
    from = to + 1;
  }
}
