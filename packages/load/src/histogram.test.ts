import { createHistogram } from 'node:perf_hooks';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { Histogram, mergeHistograms } from './histogram.ts';

/** Times of all magnitudes, in whole microseconds: e^-3 to e^9 ms. */
function someTimes(count: number, seed: number): number[] {
  const random = xoroshiro128plus(seed);
  return Array.from({ length: count }, () => Math.round(1000 * Math.exp(12 * uniformFloat64(random) - 3)) / 1000);
}

function histogramOf(timesMs: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const timeMs of timesMs) histogram.record(timeMs);
  return histogram;
}

describe('Histogram', () => {
  it('percentileMs() is within 0.1 % above the exact one', () => {
    const times = someTimes(10_001, 1);
    const histogram = histogramOf(times);
    const sorted = times.toSorted((x, y) => x - y);
    for (const percent of [0, 1, 50, 90, 99, 99.9, 99.99, 100]) {
      const exact = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
      expect(histogram.percentileMs(percent)).toBeGreaterThanOrEqual(exact);
      expect(histogram.percentileMs(percent)).toBeLessThanOrEqual(exact * 1.001);
    }
  });

  it("agrees with Node's own HDR histogram", () => {
    const times = someTimes(100_000, 2);
    const peer = createHistogram({ figures: 3 });
    for (const timeMs of times) peer.record(Math.round(timeMs * 1000));
    const histogram = histogramOf(times);
    for (const percent of [50, 90, 99, 99.9]) {
      expect(histogram.percentileMs(percent) / (peer.percentile(percent) / 1000)).toBeCloseTo(1, 2.5);
    }
  });

  it('summary() has exact count, mean and maximum', () => {
    const { count, meanMs, maxMs, p50Ms } = histogramOf([1, 2, 3, 1000.5]).summary();
    expect({ count, meanMs, maxMs }).toEqual({ count: 4, meanMs: 251.625, maxMs: 1000.5 });
    expect(p50Ms).toBeCloseTo(2, 2);
  });

  it('summary() is all 0 when nothing was recorded', () => {
    expect(new Set(Object.values(new Histogram().summary()))).toEqual(new Set([0]));
  });

  it('takes times that are too short or too long for its buckets, and keeps their sum and maximum', () => {
    const histogram = histogramOf([0, 1e-9, 1e12]);
    expect(histogram).toMatchObject({ count: 3, maxMs: 1e12, meanMs: (1e12 + 1e-9) / 3 });
    expect(histogram.percentileMs(50)).toBeLessThan(0.001);
    expect(histogram.percentileMs(100)).toBeGreaterThanOrEqual(2 ** 23);
    expect(mergeHistograms([histogram.encode()]).encode()).toEqual(histogram.encode());
  });

  it('encode() passes through JSON, and merging equals recording all in one', () => {
    const [some, others] = [someTimes(1000, 3), someTimes(1500, 4)];
    const parts = [histogramOf(some), histogramOf(others)].map((part) => JSON.stringify(part.encode()));
    const merged = mergeHistograms(parts.map((part) => JSON.parse(part) as ReturnType<Histogram['encode']>));
    const all = histogramOf([...some, ...others]);
    expect(merged.encode()).toEqual({ ...all.encode(), sumMs: expect.closeTo(all.encode().sumMs, 6) as number });
    expect(merged.count).toBe(2500);
  });

  it('clear() forgets all', () => {
    const histogram = histogramOf(someTimes(100, 5));
    histogram.clear();
    histogram.record(7);
    expect(histogram.encode()).toEqual(histogramOf([7]).encode());
  });
});
