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

  it('takes counters between samples in a straight line', () => {
    expect(usageBetween(samples, 50, 150)).toMatchObject({
      windowMs: 100,
      userMs: 30,
      systemMs: 30,
      voluntarySwitches: 15,
      descriptors: 50,
      peakRssBytes: 70e6,
    });
  });

  it('gives the course in pieces, from the begin of the time', () => {
    expect(usageBetween(samples, 0, 200)!.timeline).toEqual([
      { atMs: 100, cores: 0.6, rssBytes: 50e6 },
      { atMs: 200, cores: 0.6, rssBytes: 50e6 },
    ]);
  });

  it('keeps to the time that samples know of', () => {
    expect(usageBetween(samples, -100, 500)).toMatchObject({ windowMs: 200, userMs: 60, systemMs: 60 });
  });

  it('is undefined when no samples lie around the time', () => {
    expect(usageBetween([], 0, 100)).toBeUndefined();
    expect(usageBetween([sample(0)], 0, 100)).toBeUndefined();
    expect(usageBetween(samples, 300, 400)).toBeUndefined();
  });
});

describe('ProcessWatch', () => {
  it('samples from its making on, and leaves out processes that have ended', () => {
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
