import { describe, expect, it } from 'vitest';
import { findScenario } from '../scenario.ts';
import { madeUp, madeUpScenario, threeRounds } from '../../testing/made-up-comparison.ts';
import { factsOf } from './facts.ts';
import { isStream } from './metric.ts';
import { steadinessOf } from './steadiness.ts';

describe('factsOf()', () => {
  it('computes each metric for each round', () => {
    const [server] = factsOf(madeUp({ epoll: { loads: threeRounds({ rate: 1000, errors: { reset: 250 } }) } })).servers;
    expect(server!.groups[0]!.metrics).toMatchObject({
      rate: { values: [1000, 980, 1020], median: 1000 },
      p50: { median: 5 },
      fairness: { median: 1 },
      // 250 of 1250, of 1230 and of 1270.
      failed: { median: 0.2 },
    });
    expect(server!.groups[0]!.metrics).not.toHaveProperty('throughput');
    expect(server!.metrics).toMatchObject({
      // 500 ms of processor time in a second.
      cpuPerRequest: { median: 0.5 },
      switchesPerRequest: { median: 1 },
      cores: { median: 0.5 },
      kernelShare: { median: 0.6 },
      memory: { median: 60e6 },
    });
    expect(server!.metrics).not.toHaveProperty('cpuPerMegabyte');
  });

  it('counts bytes instead of requests if answers are long', () => {
    const scenario = findScenario('giants-and-mice')!;
    const loads = threeRounds({ rate: 1000, bytesPerSecond: 0 }, { rate: 1, bytesPerSecond: 5e8 });
    const [server] = factsOf(madeUp({ epoll: { loads } }, scenario)).servers;
    const [mice, giants] = server!.groups;
    expect(mice!.metrics.rate!.median).toBe(1000);
    expect(giants!.metrics.throughput!.median).toBe(5e8);
    expect(giants!.metrics).not.toHaveProperty('rate');
    expect(server!.metrics.cpuPerMegabyte!.median).toBeCloseTo(1);
    expect(server!.metrics).not.toHaveProperty('cpuPerRequest');
  });

  it('leaves out servers without a turn', () => {
    expect(factsOf(madeUp({ epoll: { loads: [] }, net: { loads: [[{}]] } })).servers).toHaveLength(1);
  });
});

describe('isStream()', () => {
  it('uses the mean width of a distribution', () => {
    const fixed = (width: number) => ({ kind: 'fixed', interval: [0, width] }) as const;
    const mix = (share: number) =>
      ({
        kind: 'mix',
        parts: [
          { share: 1, intervals: fixed(100) },
          { share, intervals: fixed(2e9) },
        ],
      }) as const;
    expect([fixed(100), fixed(2e9), mix(0.0001), mix(0.1)].map(isStream)).toEqual([false, true, false, true]);
    expect(isStream({ kind: 'zipf', within: [0, 1e9], width: 5e6, exponent: 1 })).toBe(true);
    expect(isStream({ kind: 'step', first: [100, 200], step: 1000 })).toBe(false);
  });
});

describe('steadinessOf()', () => {
  const [round] = madeUp({ epoll: { loads: [[{ rate: 1000 }]] } }, madeUpScenario({ rounds: 1 })).servers[0]!.rounds;
  const course = (first: number, second: number) => ({
    ...round!,
    usage: {
      ...round!.usage!,
      timeline: [100, 250, 480, 720, 1000].map((atMs) => ({ atMs, cores: atMs <= 500 ? first : second, rssBytes: 1 })),
    },
  });

  it('is 1 if the cost of a request stays the same', () => {
    expect(steadinessOf(course(0.5, 0.5))).toBeCloseTo(1, 1);
  });

  it('falls when requests get cheaper', () => {
    expect(steadinessOf(course(0.8, 0.4))).toBeCloseTo(0.5, 1);
  });

  it('is undefined without requests or usage', () => {
    expect(steadinessOf(course(0, 0))).toBeUndefined();
    expect(steadinessOf({ ...round!, usage: undefined })).toBeUndefined();
  });
});
