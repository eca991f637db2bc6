import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { clientMetrics, countMetrics, latencyMetrics, perSecond } from './load-metrics.ts';
import type { LoadResult, Percentiles } from './load-client.ts';

const TIMES: Percentiles = { p50: 1000, p90: 2000, p99: 3000, p999: 4000, max: 5000, mean: 1500, count: 10 };
const NONE: Percentiles = { p50: 0, p90: 0, p99: 0, p999: 0, max: 0, mean: 0, count: 0 };

function result(busy: number, cpuMs: number): LoadResult {
  return {
    ...{ requests: 10, errors: 0, elapsedMs: 500, cpuMs, bytes: 880, jain: null, busy },
    ...{ latencyUs: TIMES, countUs: TIMES },
  };
}

describe('latencyMetrics()', () => {
  it('gives percentiles in milliseconds', () => {
    expect(latencyMetrics(TIMES)).toEqual({ p50Ms: 1, p90Ms: 2, p99Ms: 3, p999Ms: 4 });
  });

  it('throws when no request was answered', () => {
    expect(() => latencyMetrics(NONE)).toThrow('there must be at least 1 time, got 0');
  });
});

describe('countMetrics()', () => {
  it('gives the median in milliseconds', () => {
    expect(countMetrics(TIMES)).toEqual({ countMs: 1 });
    expect(() => countMetrics(NONE)).toThrow(RangeError);
  });
});

describe('clientMetrics()', () => {
  it('takes the larger of the reported share and the share of CPU time', () => {
    expect(clientMetrics(result(0.7, 250))).toEqual({ clientBusy: 0.7, clientShare: 0.5 / availableParallelism() });
    expect(clientMetrics(result(0.3, 450)).clientBusy).toBe(0.9);
  });
});

describe('perSecond()', () => {
  it('divides by the time of the load', () => {
    expect(perSecond(10, result(0.5, 100))).toBe(20);
  });
});
