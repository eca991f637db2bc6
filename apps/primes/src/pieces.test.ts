import { MAX_INT32, SEGMENT_SPAN } from '@concurrent-primes/sieve';
import { describe, expect, it } from 'vitest';
import { type Interval, piecesOf } from './pieces.ts';

describe('piecesOf()', () => {
  it.each<[Interval, Interval[]]>([
    [[0, 10], [[2, 10]]],
    [
      [-5, SEGMENT_SPAN],
      [
        [2, SEGMENT_SPAN - 1],
        [SEGMENT_SPAN, SEGMENT_SPAN],
      ],
    ],
    [
      [100, 3 * SEGMENT_SPAN - 1],
      [
        [100, SEGMENT_SPAN - 1],
        [SEGMENT_SPAN, 2 * SEGMENT_SPAN - 1],
        [2 * SEGMENT_SPAN, 3 * SEGMENT_SPAN - 1],
      ],
    ],
    [[MAX_INT32, MAX_INT32], [[MAX_INT32, MAX_INT32]]],
  ])('cuts %j at segment borders', (interval, pieces) => {
    expect([...piecesOf(interval)]).toEqual(pieces);
  });

  it('covers all of int32', () => {
    const pieces = [...piecesOf([0, MAX_INT32])];
    expect(pieces.at(0)![0]).toBe(2);
    expect(pieces.at(-1)![1]).toBe(MAX_INT32);
    expect(pieces.slice(1).every(([from], i) => from === pieces[i]![1] + 1)).toBe(true);
  });

  it.each<[Interval]>([[[3, 2]], [[-10, 1]]])('gives none for %j', (interval) => {
    expect([...piecesOf(interval)]).toEqual([]);
  });
});
