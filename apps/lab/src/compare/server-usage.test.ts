import { describe, expect, it } from 'vitest';
import { ProcessWatch, type TimedSample, usageBetween } from './server-usage.ts';

function sample(atMs: number, fields: Partial<TimedSample> = {}): TimedSample {
  return {
    atMs,
    userMs: 0,
    systemMs: 0,
    voluntarySwitches: 0,
    involuntarySwitches: 0,
    rssBytes: 50e6,
    peakRssBytes: 60e6,
    threads: 12,
    descriptors: 30,
    ...fields,
  };
}

describe('usageBetween()', () => {
  const samples = [
    sample(0),
    sample(100, { userMs: 20, systemMs: 40, voluntarySwitches: 10, descriptors: 50 }),
    sample(200, { userMs: 60, systemMs: 60, voluntarySwitches: 30, peakRssBytes: 70e6 }),
  ];

  it('interpolates counters between samples', () => {
    expect(usageBetween(samples, 50, 150)).toMatchObject({
      windowMs: 100,
      userMs: 30,
      systemMs: 30,
      voluntarySwitches: 15,
      descriptors: 50,
      peakRssBytes: 70e6,
    });
  });

  it('returns the timeline, from the begin of the window', () => {
    expect(usageBetween(samples, 0, 200)!.timeline).toEqual([
      { atMs: 100, cores: 0.6, rssBytes: 50e6 },
      { atMs: 200, cores: 0.6, rssBytes: 50e6 },
    ]);
  });

  it('is limited to the time of the samples', () => {
    expect(usageBetween(samples, -100, 500)).toMatchObject({ windowMs: 200, userMs: 60, systemMs: 60 });
  });

  it('is undefined without samples around the window', () => {
    expect(usageBetween([], 0, 100)).toBeUndefined();
    expect(usageBetween([sample(0)], 0, 100)).toBeUndefined();
    expect(usageBetween(samples, 300, 400)).toBeUndefined();
  });
});

describe('ProcessWatch', () => {
  it('takes the first sample at once, and leaves out processes that have ended', () => {
    using watch = new ProcessWatch(
      () => [process.pid],
      () => undefined,
    );
    watch.look();
    expect(watch.samples).toHaveLength(2);
    using none = new ProcessWatch(
      () => [],
      () => undefined,
    );
    expect(none.samples).toHaveLength(0);
  });
});
