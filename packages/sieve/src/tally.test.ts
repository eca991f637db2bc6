import { describe, expect, it } from 'vitest';
import { SEGMENT_SPAN } from './segment.ts';
import { SegmentCache } from './segment-cache.ts';
import { tally } from './tally.ts';
import { slowPrimes, sumOf } from './testing/reference.ts';

describe('tally()', () => {
  it.each([0, 1, 2000])('stops behind the last prime when a limit is reached in segment %i', (index) => {
    const segment = new SegmentCache(1).get(index);
    const [from, to] = [index * SEGMENT_SPAN, index * SEGMENT_SPAN + 400];
    const primes = slowPrimes(from, to);
    for (let limit = 1; limit <= primes.length; limit++) {
      const sum = Number(sumOf(primes.slice(0, limit)));
      expect(tally(segment, from, to, limit)).toEqual({ count: limit, sum, next: primes[limit - 1]! + 1 });
    }
  });

  it('stops behind the interval when the limit is not reached', () => {
    const segment = new SegmentCache(1).get(0);
    expect(tally(segment, 0, 10, 5)).toEqual({ count: 4, sum: 17, next: 11 });
    expect(tally(segment, 24, 28)).toEqual({ count: 0, sum: 0, next: 29 });
    expect(tally(segment, 2, 4)).toEqual({ count: 2, sum: 5, next: 5 });
  });
});
