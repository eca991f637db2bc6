import { Histogram } from '@concurrent-primes/load';
import { describe, expect, it } from 'vitest';
import { loadResult } from '../testing/sample-result.ts';
import { renderCsv, renderHgrm } from './result-files.ts';

it('renderCsv() writes a line for each point, and one for the drain', () => {
  const drain = { atMs: 2250, requests: 7, errors: 1, p50Ms: 200, p99Ms: 240, bytes: 500 };
  expect(renderCsv(loadResult({ drain }))).toMatch(/\r\n2,520,3,.*\r\n2\.25,7,1,200,240,500\r\n$/);
  expect(renderCsv(loadResult())).toBe(
    'seconds,requests,errors,p50_ms,p99_ms,bytes\r\n1,480,0,1.25,20,1200000\r\n2,520,3,1.5,0.333333,1300000\r\n',
  );
});

describe('renderHgrm()', () => {
  const lines = renderHgrm(loadResult().histograms.done).split('\n');
  const rows = lines.filter((line) => /^ *\d/.test(line)).map((line) => line.trim().split(/ +/).map(Number));

  it('has the head and the foot that plotters of HdrHistogram look for', () => {
    expect(lines.slice(0, 2)).toEqual(['       Value     Percentile TotalCount 1/(1-Percentile)', '']);
    // Exact: 288.675.
    expect(lines.at(-4)).toMatch(/^#\[Mean {4}= {6}500\.500, StdDeviation {3}= {6}288\.\d{3}\]$/);
    expect(lines.slice(-3)).toEqual([
      '#[Max     =     1000.000, Total count    =         1000]',
      '#[Buckets =           33, SubBuckets     =         1024]',
      '',
    ]);
  });

  it('tells values at percentiles that come closer and closer to 1, five for each half of the way', () => {
    const percentiles = rows.map(([, percentile]) => percentile!);
    expect(percentiles.slice(0, 12)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.775]);
    expect(percentiles.at(-1)).toBe(1);
    for (const [value, percentile, total, odds] of rows) {
      expect(total).toBeGreaterThanOrEqual(percentile! * 1000);
      // The times are 1, 2, ... 1000 ms.
      expect(value! / total!).toBeGreaterThanOrEqual(0.999);
      expect(value! / total!).toBeLessThan(1.0011);
      if (percentile! < 1) expect(odds).toBeCloseTo(1 / (1 - percentile!), 2);
    }
  });

  it('writes an empty histogram', () => {
    expect(renderHgrm(new Histogram().encode())).toContain('#[Max     =        0.000, Total count    =            0]');
  });
});
