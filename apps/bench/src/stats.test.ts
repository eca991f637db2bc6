import { describe, expect, it } from 'vitest';
import { fitLine, summarize } from './stats.ts';

describe('summarize()', () => {
  it.each([
    [[7], { median: 7, min: 7, max: 7 }],
    [[10, 9, 100], { median: 10, min: 9, max: 100 }],
    [[4, 1, 3, 2], { median: 2.5, min: 1, max: 4 }],
  ])('of %j is %j', (samples, summary) => {
    expect(summarize(samples)).toEqual(summary);
  });

  it('leaves the samples in their order', () => {
    const samples = [3, 1, 2];
    summarize(samples);
    expect(samples).toEqual([3, 1, 2]);
  });

  it('throws a RangeError when there is no sample', () => {
    expect(() => summarize([])).toThrow(
      new RangeError('Cannot summarize: there must be at least 1 sample, received 0'),
    );
  });
});

describe('fitLine()', () => {
  it('finds the line that points lie on', () => {
    const points = [10, 20, 90].map((x) => [x, 3 + 2 * x] as const);
    const { intercept, slope, r2 } = fitLine(points);
    expect([intercept, slope, r2].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([3, 2, 1]);
  });

  it('tells how much of the points a line explains', () => {
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
      new RangeError('Cannot fit a line: there must be points at 2 different x, received 1 points'),
    );
  });
});
