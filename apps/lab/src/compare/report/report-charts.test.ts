import type { EncodedHistogram } from '@concurrent-primes/load';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../metrics/facts.ts';
import { findScenario } from '../scenario.ts';
import { madeUp, madeUpScenario, threeRounds } from '../../testing/made-up-comparison.ts';
import { chartsOf, curveOf } from './report-charts.ts';

function histogram(buckets: readonly (readonly [number, number])[]): EncodedHistogram {
  return { upToMs: buckets.map(([ms]) => ms), counts: buckets.map(([, count]) => count), sumMs: 0, maxMs: 0 };
}

/** The curve's steps are twenty to each power of ten: here are 50 %, 90 %, 99 %, 99.9 %. */
const [HALF, NINETY, NINETY_NINE, THREE_NINES] = [0, 14, 34, 54] as const;

describe('curveOf()', () => {
  it('merges counts, and never averages percentiles', () => {
    const curve = curveOf([
      histogram([
        [1, 890],
        [2, 10],
      ]),
      histogram([
        [1, 10],
        [5, 85],
        [9, 5],
      ]),
    ]);
    expect(curve[HALF]).toBe(1);
    expect(curve[NINETY]).toBe(1);
    expect(curve[NINETY_NINE]).toBe(5);
    expect(curve[THREE_NINES]).toBe(9);
  });

  it('ends where too few requests are left', () => {
    const curve = curveOf([histogram([[3, 100]])]);
    expect(curve[NINETY_NINE - 1]).toBe(3);
    expect(curve[NINETY_NINE + 1]).toBeNull();
    expect(curveOf([])).toEqual(Array.from({ length: 95 }, () => null));
  });
});

describe('chartsOf()', () => {
  it('has times, rates and fairness of each group, bytes of streams, and the usage of the server', () => {
    const giants = madeUp(
      { epoll: { loads: threeRounds({}, { bytesPerSecond: 5e8 }) } },
      findScenario('giants-and-mice'),
    );
    const charts = chartsOf(factsOf(giants));
    expect(charts.map(({ id }) => id)).toEqual([
      ...['latency-0', 'p99-0', 'rate-0', 'fairness-0', 'throughput-1', 'cores', 'memory'],
    ]);
    for (const { at, series, reading } of charts) {
      for (const { values } of series) expect(values).toHaveLength(at.length);
      expect(reading.length).toBeGreaterThan(50);
    }
  });

  it('draws the median of the rounds over time, and the requests of each client', () => {
    const loads = [[{ rate: 100 }], [{ rate: 300 }], [{ rate: 200, perClient: [5, 1] }]];
    const scenario = madeUpScenario({
      groups: [{ name: 'clients', clients: 2, intervals: { kind: 'fixed', interval: [1, 9] } }],
    });
    const charts = chartsOf(factsOf(madeUp({ epoll: { loads } }, scenario)));
    const rates = charts.find(({ id }) => id === 'rate-0')!.series[0]!.values;
    expect(rates).toHaveLength(20);
    expect(rates.every((rate) => rate! >= 200 && rate! <= 230)).toBe(true);
    const shares = charts.find(({ id }) => id === 'fairness-0')!.series[0]!.values;
    expect([shares.at(0)!, shares.at(-1)!].map((share) => share.toFixed(3))).toEqual(['0.990', '1.010']);
  });

  it('leaves out charts without data', () => {
    const none = madeUp({ epoll: { loads: [[{ rate: 0, perClient: [] }]], usage: { timeline: [] } } });
    expect(chartsOf(factsOf(none)).map(({ id }) => id)).toEqual(['latency-0', 'rate-0']);
  });
});
