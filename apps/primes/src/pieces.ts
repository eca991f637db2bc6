/**
 * Cutting an interval into pieces of work: its parts in each of the sieve's segments, about 50,000 primes each.
 *
 * A segment cut in two would be sieved twice; larger pieces would need more memory while they wait. Between pieces, a
 * caller can show progress or stop.
 */
import { SEGMENT_SPAN } from '@concurrent-primes/sieve';

/** A closed interval of int32. */
export type Interval = readonly [a: number, b: number];

/** The pieces of an interval, ascending; none when it has no number above 1. */
export function* piecesOf([a, b]: Interval): Generator<Interval, void, undefined> {
  for (let from = Math.max(a, 2); from <= b;) {
    const to = Math.min(b, (Math.floor(from / SEGMENT_SPAN) + 1) * SEGMENT_SPAN - 1);
    yield [from, to];
    from = to + 1;
  }
}
