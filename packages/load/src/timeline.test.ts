import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';
import type { TimedSample } from './load-loop.ts';
import { Timeline } from './timeline.ts';

function sample(atMs: number, latenciesMs: readonly number[], errors = 0): TimedSample {
  const done = new Histogram();
  for (const latencyMs of latenciesMs) done.record(latencyMs);
  return { phase: 'measure', atMs, requests: latenciesMs.length, errors, bytes: 10, done: done.encode() };
}

describe('Timeline', () => {
  it('merges the samples of all threads into points, however far one is ahead', () => {
    const timeline = new Timeline(2, 200);
    for (const atMs of [100, 200, 300, 400, 450]) timeline.add(0, sample(atMs, [1, 1]));
    for (const atMs of [100, 200, 300, 400, 450]) timeline.add(1, sample(atMs, [100], 1));
    const points = timeline.points(450);
    expect(points.map(({ atMs, requests, errors, bytes }) => [atMs, requests, errors, bytes])).toEqual([
      [200, 6, 2, 40],
      [400, 6, 2, 40],
      [450, 3, 1, 20],
    ]);
    for (const { p50Ms, p99Ms } of points) {
      expect(p50Ms).toBeCloseTo(1, 2);
      expect(p99Ms).toBeCloseTo(100, 5);
    }
  });

  it('leaves the warm-up out', () => {
    const timeline = new Timeline(1, 100);
    timeline.add(0, { ...sample(-100, [5]), phase: 'warmup' });
    expect(timeline.snapshot(200, 200)).toMatchObject({ phase: 'warmup', requests: 0 });
    expect(timeline.points(0)).toEqual([]);
  });

  it('counts what was done in the turn in which the warm-up ended', () => {
    const timeline = new Timeline(1, 100);
    timeline.add(0, sample(0, [5]));
    timeline.add(0, sample(100, [5, 5]));
    expect(timeline.points(100)).toMatchObject([{ atMs: 100, requests: 3 }]);
  });

  it('keeps the drain of all threads in a point of its own', () => {
    const timeline = new Timeline(2, 200);
    for (const thread of [0, 1]) timeline.add(thread, sample(250, [1]));
    expect(timeline.drain).toBeUndefined();
    timeline.add(0, { ...sample(280, [40], 1), phase: 'drain' });
    timeline.add(1, { ...sample(350, [100]), phase: 'drain' });
    timeline.add(0, { ...sample(290, []), bytes: 0, phase: 'drain' });
    expect(timeline.points(250)).toMatchObject([{ atMs: 250, requests: 2, errors: 0 }]);
    expect(timeline.drain).toMatchObject({ atMs: 350, requests: 2, errors: 1, bytes: 20 });
    expect(timeline.drain!.p99Ms).toBeCloseTo(100, 5);
    expect(timeline.snapshot(350, 0)).toMatchObject({ phase: 'drain', requests: 4 });
  });

  it('snapshot() tells the whole and the last second', () => {
    const timeline = new Timeline(1, 1000);
    for (let atMs = 100; atMs <= 3000; atMs += 100) timeline.add(0, sample(atMs, atMs <= 2000 ? [50] : [1, 1], 1));
    const { p99Ms, ...snapshot } = timeline.snapshot(3500, 500);
    expect(snapshot).toEqual({ phase: 'measure', elapsedMs: 3000, requests: 40, errors: 30, requestsPerSecond: 20 });
    expect(p99Ms).toBeCloseTo(1, 2);
  });

  it('snapshot() counts the time of the warm-up in the warm-up', () => {
    expect(new Timeline(1, 1000).snapshot(300, 500)).toMatchObject({ phase: 'warmup', elapsedMs: 300 });
  });
});
