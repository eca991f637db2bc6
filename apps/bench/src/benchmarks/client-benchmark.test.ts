import { describe, expect, inject, it } from 'vitest';
import { isMissing } from '../benchmark.ts';
import { measure } from '../measure.ts';
import { judge } from '../benchmark-verdict.ts';
import { makeClientBenchmark } from './client-benchmark.ts';

describe('makeClientBenchmark()', () => {
  it('measures the processor time of each client, and holds the engine that compares nothing against the one in C', async ({
    skip,
  }) => {
    const { experiments } = await makeClientBenchmark({ quick: true, peers: () => Promise.resolve(inject('peers')) });
    const missing = experiments.flatMap(({ contenders }) => Object.values(contenders)).find(isMissing);
    if (missing !== undefined) skip(`the clients can't be measured: ${missing.missing}`);
    const goals: unknown[] = [];
    for (const experiment of experiments) {
      const samples = await measure(experiment, { rounds: 1 });
      for (const [{ metrics }] of Object.values(samples) as [(typeof samples)[string][number]][]) {
        expect(metrics.clientCpuPerRequestMs).toBeGreaterThan(0);
        expect(metrics.p50Ms).toBeGreaterThan(0);
      }
      for (const { ours, peer, goal, measured } of judge(experiment, samples)) {
        expect(measured).toBeGreaterThan(0);
        goals.push([ours.name, peer!.name, goal.atMost]);
      }
    }
    const [small, verified] = [
      ['load engine', 'C load client', 1.3],
      ['load engine, verified', 'load engine', undefined],
    ];
    expect(goals).toEqual([small, verified, small, verified, verified]);
  });
});
