import { describe, expect, it } from 'vitest';
import {
  chanceOfSeparation,
  fairnessOf,
  isClearlyAbove,
  measured,
  randomFrom,
  ratioOf,
  shuffled,
  spreadOf,
} from './statistics.ts';

const of = (...values: number[]) => measured(values)!;

describe('measured()', () => {
  it('takes the median, the least and the greatest, and keeps the order of rounds', () => {
    expect(of(3, 1, 2)).toEqual({ values: [3, 1, 2], median: 2, min: 1, max: 3 });
    expect(of(1, 2, 3, 10).median).toBe(2.5);
  });

  it('is undefined without values', () => {
    expect(measured([])).toBeUndefined();
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

describe('shuffled()', () => {
  it('gives the same order for the same seed, and all items', () => {
    const items = ['a', 'b', 'c', 'd', 'e'];
    const one = shuffled(items, randomFrom(7));
    expect(shuffled(items, randomFrom(7))).toEqual(one);
    expect(one.toSorted()).toEqual(items);
  });

  it('puts each item in each place about as often', () => {
    const random = randomFrom(1);
    const first = Array.from({ length: 3000 }, () => shuffled([0, 1, 2], random)[0]);
    for (const item of [0, 1, 2]) {
      const times = first.filter((value) => value === item).length;
      expect(times).toBeGreaterThan(900);
      expect(times).toBeLessThan(1100);
    }
  });
});
