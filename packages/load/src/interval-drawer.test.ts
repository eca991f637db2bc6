import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { intervalDrawer } from './interval-drawer.ts';
import type { IntervalDistribution } from './load-plan.ts';
import { randomStreams } from './random-streams.ts';
import { Zipf } from './zipf.ts';

/** The intervals of requests 0, 1, ..., drawn from one stream. */
function drawn(distribution: IntervalDistribution, count: number, seed = 1): (readonly [number, number])[] {
  const draw = intervalDrawer(distribution);
  const [random] = randomStreams(seed, [0]);
  return Array.from({ length: count }, (_, index) => draw(index, random!));
}

/** Pearson's chi-squared of counts that should be equal. */
function unevenness(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('intervalDrawer()', () => {
  it("gives client i the i-th interval of 'step', in every round", () => {
    const draw = intervalDrawer({ kind: 'step', first: [100, 200], step: 1000 });
    const random = xoroshiro128plus(1);
    expect([draw(0, random), draw(9, random), draw(9, random)]).toEqual([
      [100, 200],
      [9100, 9200],
      [9100, 9200],
    ]);
  });

  it('starts over at the first step when int32 ends', () => {
    const up = drawn({ kind: 'step', first: [0, 2 ** 31 - 1 - 20], step: 10 }, 4);
    expect(up.map(([low]) => low)).toEqual([0, 10, 20, 0]);
    const down = drawn({ kind: 'step', first: [-(2 ** 31) + 5, 7], step: -5 }, 3);
    expect(down.map(([low]) => low)).toEqual([-(2 ** 31) + 5, -(2 ** 31), -(2 ** 31) + 5]);
    expect(drawn({ kind: 'step', first: [1, 2], step: 0 }, 2)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('draws uniform intervals of the width, from end to end', () => {
    const intervals = drawn({ kind: 'uniform', within: [-5, 4], width: 8 }, 300);
    expect(new Set(intervals.map(String))).toEqual(new Set(['-5,2', '-4,3', '-3,4']));
  });

  it('draws from a mix by its shares', () => {
    const small = { kind: 'fixed', interval: [1, 2] } as const;
    const huge = { kind: 'fixed', interval: [0, 2 ** 31 - 1] } as const;
    const parts = [
      { share: 3, intervals: small },
      { share: 1, intervals: huge },
    ];
    const intervals = drawn({ kind: 'mix', parts }, 4000);
    expect(intervals.filter(([low]) => low === 1).length).toBeGreaterThan(2850);
    expect(intervals.filter(([low]) => low === 1).length).toBeLessThan(3150);
  });

  it('draws the same for the same seed, and something else for another seed', () => {
    const distribution: IntervalDistribution = { kind: 'uniform', within: [0, 1e9], width: 10 };
    expect(drawn(distribution, 50)).toEqual(drawn(distribution, 50));
    expect(drawn(distribution, 50, 2)).not.toEqual(drawn(distribution, 50));
  });

  it.each<[IntervalDistribution, string]>([
    [{ kind: 'fixed', interval: [0, 2 ** 31] }, 'fixed: bounds must be int32, got [0, 2147483648]'],
    [{ kind: 'step', first: [0, 1], step: 0.5 }, 'step: must be an integer, got 0.5'],
    [{ kind: 'uniform', within: [0, 9], width: 11 }, 'uniform: width must be an integer from 1 to the 10 of [0, 9]'],
    [{ kind: 'zipf', within: [0, 9], width: 1, exponent: 0 }, 'zipf: exponent must be above 0, got 0'],
    [{ kind: 'mix', parts: [] }, 'mix: needs at least one part'],
    [{ kind: 'mix', parts: [{ share: 0, intervals: { kind: 'fixed', interval: [0, 1] } }] }, 'a share must be above 0'],
  ])('throws a RangeError for %j', (distribution, message) => {
    expect(() => intervalDrawer(distribution)).toThrow(message);
  });
});

describe('Zipf', () => {
  it.each([0.5, 1, 1.5])('draws the k-th rank with probability ~ 1 / k^%d', (exponent) => {
    const [ranks, draws] = [50, 100_000];
    const zipf = new Zipf(ranks, exponent);
    const random = xoroshiro128plus(7);
    const counts = new Array<number>(ranks).fill(0);
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

  it('draws the only rank if there is one', () => {
    expect(new Zipf(1, 1).draw(xoroshiro128plus(1))).toBe(1);
  });
});

describe('randomStreams()', () => {
  it('gives a client the same stream in any order of draws and with any other clients', () => {
    const all = randomStreams(5, [0, 1, 2, 3, 4, 5, 6]);
    const some = randomStreams(5, [1, 4]).map((stream) => [stream.next(), stream.next()]);
    expect(some.toReversed()).toEqual([all[4]!, all[1]!].map((stream) => [stream.next(), stream.next()]));
    expect(randomStreams(6, [1])[0]!.next()).not.toBe(some[0]![0]);
  });

  it('fills [0, 1) evenly, along one stream and across the first numbers of many', () => {
    const along = new Array<number>(16).fill(0);
    const across = new Array<number>(16).fill(0);
    const [stream] = randomStreams(3, [0]);
    for (let i = 0; i < 16_000; i++) along[Math.floor(uniformFloat64(stream!) * 16)]!++;
    const first = randomStreams(
      3,
      Array.from({ length: 4000 }, (_, i) => i),
    );
    for (const other of first) across[Math.floor(uniformFloat64(other) * 16)]!++;
    // 15 degrees of freedom exceed 38 once in a thousand.
    expect(unevenness(along)).toBeLessThan(38);
    expect(unevenness(across)).toBeLessThan(38);
  });
});
