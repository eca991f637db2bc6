import { describe, expect, it } from 'vitest';
import { kneeOf, RateSearch, type RateSearchOptions } from './rate-search.ts';

/** Searches, and tells which rates were tried. */
function search(isGood: (rate: number) => boolean, options?: RateSearchOptions): { tried: number[]; best?: number } {
  const rates = new RateSearch(options);
  const tried: number[] = [];
  for (let rate = rates.next; rate !== undefined; rate = rates.next) {
    if (tried.push(rate) > 100) throw new Error('the search does not end');
    rates.report(isGood(rate));
  }
  return { tried, ...(rates.best !== undefined && { best: rates.best }) };
}

describe('RateSearch', () => {
  it.each([1, 7, 999, 1000, 12_345, 1e6])('finds a limit of %d within its precision', (limit) => {
    const { best, tried } = search((rate) => rate <= limit);
    expect(best).toBeLessThanOrEqual(limit);
    expect(best).toBeGreaterThan(limit / 1.05 - 1);
    expect(tried.length).toBeLessThan(40);
  });

  it('climbs, then bisects, and tries each bad rate twice', () => {
    const { tried } = search((rate) => rate <= 3000, { precision: 0.2 });
    expect(tried.map(Math.round)).toEqual([1000, 2000, 4000, 4000, 2828, 3364, 3364]);
  });

  it('is not misled by a single bad run', () => {
    let runs = 0;
    const { best } = search((rate) => runs++ !== 1 && rate <= 5000);
    expect(best).toBeGreaterThan(4750);
  });

  it('does not exceed the highest rate, and is over there', () => {
    expect(search(() => true, { maxRate: 3000 })).toEqual({ tried: [1000, 2000, 3000], best: 3000 });
  });

  it('finds nothing when no rate is good', () => {
    const { tried, best } = search(() => false, { firstRate: 4 });
    expect(tried).toEqual([4, 4, 2, 2, 1, 1]);
    expect(best).toBeUndefined();
  });

  it.each([
    [{ firstRate: 0 }, 'firstRate must be from 1 to Infinity, got 0'],
    [{ firstRate: 10, maxRate: 5 }, 'firstRate must be from 1 to 5, got 10'],
    [{ precision: 0 }, 'precision must be above 0, got 0'],
  ])('refuses %j', (options, message) => {
    expect(() => new RateSearch(options)).toThrow(message);
  });

  it('refuses a report when it is over', () => {
    const over = new RateSearch({ maxRate: 1000 });
    over.report(true);
    expect(() => {
      over.report(true);
    }).toThrow('the search must be under way, got one that is over');
  });
});

describe('kneeOf()', () => {
  it('finds where the latency of a queue takes off', () => {
    // M/M/1: mean latency 1 / (capacity - rate).
    const curve = [100, 200, 400, 600, 800, 900, 950, 990].map((rate) => ({ rate, latencyMs: 1000 / (1000 - rate) }));
    expect(kneeOf(curve.toReversed())?.rate).toBeGreaterThanOrEqual(800);
    expect(kneeOf(curve)?.rate).toBeLessThan(990);
  });

  it.each([
    [[]],
    [[[1, 1]]],
    [
      [
        [1, 1],
        [2, 9],
      ],
    ],
    [
      [
        [1, 3],
        [2, 3],
        [3, 3],
      ],
    ],
    [
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    ],
  ])('finds none in %j', (points) => {
    expect(kneeOf(points.map(([rate, latencyMs]) => ({ rate: rate!, latencyMs: latencyMs! })))).toBeUndefined();
  });
});
