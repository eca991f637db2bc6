import { describe, expect, it } from 'vitest';
import { summarize } from './stats.ts';

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
