import { describe, expect, it } from 'vitest';
import { IntervalSource } from './intervals.ts';
import { Random } from './random.ts';
import type { IntervalDistribution } from './types.ts';
import { Zipf } from './zipf.ts';

function draw(distribution: IntervalDistribution, count: number, seed = 1): (readonly [number, number])[] {
  const source = new IntervalSource(distribution, seed);
  return Array.from({ length: count }, (_, index) => source.at(index, 0));
}

describe('IntervalSource', () => {
  it('gives client i the i-th interval of the lecture, whatever the round', () => {
    const source = new IntervalSource({ kind: 'step', first: [100, 200], step: 1000 }, 1);
    expect([source.at(0, 0), source.at(9, 0), source.at(9, 5)]).toEqual([
      [100, 200],
      [9100, 9200],
      [9100, 9200],
    ]);
  });

  it('begins again at the first step when int32 ends', () => {
    const up = draw({ kind: 'step', first: [0, 2 ** 31 - 1 - 20], step: 10 }, 4);
    expect(up.map(([low]) => low)).toEqual([0, 10, 20, 0]);
    const down = draw({ kind: 'step', first: [-(2 ** 31) + 5, 7], step: -5 }, 3);
    expect(down.map(([low]) => low)).toEqual([-(2 ** 31) + 5, -(2 ** 31), -(2 ** 31) + 5]);
    expect(draw({ kind: 'step', first: [1, 2], step: 0 }, 2)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('draws uniform intervals of the width, from end to end', () => {
    const intervals = draw({ kind: 'uniform', within: [-5, 4], width: 8 }, 300);
    expect(new Set(intervals.map(String))).toEqual(new Set(['-5,2', '-4,3', '-3,4']));
  });

  it('draws from a mix by its shares', () => {
    const small = { kind: 'fixed', interval: [1, 2] } as const;
    const huge = { kind: 'fixed', interval: [0, 2 ** 31 - 1] } as const;
    const parts = [
      { share: 3, intervals: small },
      { share: 1, intervals: huge },
    ];
    const intervals = draw({ kind: 'mix', parts }, 4000);
    expect(intervals.filter(([low]) => low === 1).length).toBeGreaterThan(2850);
    expect(intervals.filter(([low]) => low === 1).length).toBeLessThan(3150);
  });

  it('is the same for the same seed and number, in any order, and another for another seed', () => {
    const distribution: IntervalDistribution = { kind: 'uniform', within: [0, 1e9], width: 10 };
    const forwards = draw(distribution, 50);
    const source = new IntervalSource(distribution, 1);
    const backwards = Array.from({ length: 50 }, (_, i) => source.at(49 - i, 0)).toReversed();
    expect(backwards).toEqual(forwards);
    expect(draw(distribution, 50, 2)).not.toEqual(forwards);
    expect(source.at(0, 1)).not.toEqual(source.at(0, 0));
  });

  it.each<[IntervalDistribution, string]>([
    [{ kind: 'fixed', interval: [0, 2 ** 31] }, 'fixed: bounds must be int32, got [0, 2147483648]'],
    [{ kind: 'step', first: [0, 1], step: 0.5 }, 'step: must be an integer, got 0.5'],
    [{ kind: 'uniform', within: [0, 9], width: 11 }, 'uniform: width must be an integer from 1 to the 10 of [0, 9]'],
    [{ kind: 'zipf', within: [0, 9], width: 1, exponent: 0 }, 'zipf: exponent must be above 0, got 0'],
    [{ kind: 'mix', parts: [] }, 'mix: needs at least one part'],
    [{ kind: 'mix', parts: [{ share: 0, intervals: { kind: 'fixed', interval: [0, 1] } }] }, 'a share must be above 0'],
  ])('refuses %j', (distribution, message) => {
    expect(() => new IntervalSource(distribution, 1)).toThrow(message);
  });
});

describe('Zipf', () => {
  it.each([0.5, 1, 1.5])('draws the k-th place with probability ~ 1 / k^%d', (exponent) => {
    const [places, draws] = [50, 100_000];
    const zipf = new Zipf(places, exponent);
    const random = new Random(7);
    const counts = new Array<number>(places).fill(0);
    for (let i = 0; i < draws; i++) counts[zipf.draw(random) - 1]!++;
    const weights = counts.map((_, i) => (i + 1) ** -exponent);
    const total = weights.reduce((sum, weight) => sum + weight);
    // Pearson's chi-squared test: 49 degrees of freedom exceed 85 once in a thousand.
    const chiSquared = counts.reduce((sum, count, i) => {
      const expected = (weights[i]! / total) * draws;
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    expect(chiSquared).toBeLessThan(85);
  });

  it('has one place if there is one', () => {
    expect(new Zipf(1, 1).draw(new Random(1))).toBe(1);
  });
});

describe('Random', () => {
  it('unit() fills [0, 1) evenly', () => {
    const random = new Random(3);
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) counts[Math.floor(random.unit() * 16)]!++;
    // 15 degrees of freedom exceed 38 once in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(38);
  });
});
