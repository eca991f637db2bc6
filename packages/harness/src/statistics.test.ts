import { describe, expect, it } from 'vitest';
import {
  chanceOfSeparation,
  fairnessOf,
  fitLine,
  isClearlyAbove,
  percentile,
  ratioOf,
  spreadOf,
  summarize,
} from './statistics.ts';

const of = (...values: number[]) => summarize(values);

describe('summarize()', () => {
  it('takes the median, the least and the greatest, and keeps the order of rounds', () => {
    expect(of(3, 1, 2)).toEqual({ values: [3, 1, 2], median: 2, min: 1, max: 3 });
    expect(of(1, 2, 3, 10).median).toBe(2.5);
  });

  it('throws without values', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});

describe('isClearlyAbove()', () => {
  it('is true when every round is above every other, and the median by a tenth', () => {
    expect(isClearlyAbove(of(12, 13, 14), of(9, 10, 11))).toBe(true);
  });

  it.each([
    ['one round overlaps', of(11, 13, 14), of(9, 10, 11)],
    ['the median is less than a tenth above', of(10.8, 10.9, 10.95), of(10.1, 10.2, 10.3)],
    ['there is one round only, which tells no noise', of(100), of(1)],
    ['it is the lower one', of(1, 2, 3), of(4, 5, 6)],
  ])('is false when %s', (_, one, other) => {
    expect(isClearlyAbove(one, other)).toBe(false);
  });
});

describe('chanceOfSeparation()', () => {
  it.each([
    [1, 1],
    [2, 2 / 6],
    [3, 2 / 20],
    [5, 2 / 252],
  ])('counts the ways to deal the ranks of %i rounds each', (rounds, chance) => {
    expect(chanceOfSeparation(rounds)).toBeCloseTo(chance, 10);
  });
});

describe('fairnessOf()', () => {
  it('is 1 when all get the same, and 1/n when one of n gets all', () => {
    expect(fairnessOf([5, 5, 5, 5])).toBe(1);
    expect(fairnessOf([0, 0, 8, 0])).toBe(0.25);
  });

  it('is undefined when nobody got anything', () => {
    expect(fairnessOf([0, 0])).toBeUndefined();
  });
});

describe('ratioOf() and spreadOf()', () => {
  it('compare medians, and the range with the median', () => {
    expect(ratioOf(of(4), of(2))).toBe(2);
    expect(ratioOf(of(4), of(0))).toBe(Infinity);
    expect(spreadOf(of(9, 10, 12))).toBeCloseTo(0.3);
    expect(spreadOf(of(0))).toBe(0);
  });
});

describe('fitLine()', () => {
  it('finds the line that points lie on', () => {
    const points = [10, 20, 90].map((x) => [x, 3 + 2 * x] as const);
    const { intercept, slope, r2 } = fitLine(points);
    expect([intercept, slope, r2].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([3, 2, 1]);
  });

  it('reports how well the line fits', () => {
    // Least squares by hand: slope 0.6, intercept 1.2, residual sum 2.4 of a total of 6.
    const { intercept, slope, r2 } = fitLine([
      [1, 2],
      [2, 1],
      [3, 4],
      [4, 3],
      [5, 4],
    ]);
    expect([intercept, slope, r2].map((value) => value.toFixed(6))).toEqual(['1.000000', '0.600000', '0.529412']);
  });

  it('takes a level line for one that explains all', () => {
    expect(fitLine([[1, 5] as const, [2, 5] as const])).toEqual({ intercept: 5, slope: 0, r2: 1 });
  });

  it('throws a RangeError when there are no two different x', () => {
    expect(() => fitLine([[1, 5]])).toThrow(
      new RangeError('cannot fit a line: there must be points at 2 different x, got 1 points'),
    );
  });
});

describe('percentile()', () => {
  it('takes the nearest rank', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect([0.01, 0.1, 0.5, 0.51, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 1, 5, 6, 10, 10]);
  });
});
