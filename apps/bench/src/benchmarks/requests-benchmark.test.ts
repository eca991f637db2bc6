import { describe, expect, inject, it } from 'vitest';
import { type Experiment, isMissing } from '../benchmark.ts';
import { measure } from '../measure.ts';
import { judge } from '../benchmark-verdict.ts';
import { makeRequestsBenchmark } from './requests-benchmark.ts';

/** Ours, and none of the peers. */
const OURS = ['select', 'poll', 'epoll', 'pool'];

function without(experiment: Experiment): Experiment {
  const contenders = Object.entries(experiment.contenders).map(([key, contender]) => [
    key,
    OURS.includes(key) ? contender : { name: contender.name, missing: 'not in this test' },
  ]);
  return { ...experiment, contenders: Object.fromEntries(contenders) as Experiment['contenders'] };
}

describe('makeRequestsBenchmark()', () => {
  it('measures our servers, each newly started', async ({ skip }) => {
    const { experiments } = await makeRequestsBenchmark({
      quick: true,
      peers: () => Promise.resolve(inject('peers')),
    });
    const experiment = without(experiments[0]!);
    const { select } = experiment.contenders;
    if (isMissing(select!)) skip(`the servers can't be measured: ${select.missing}`);
    const samples = await measure(experiment, { rounds: 1 });
    expect(Object.keys(samples).sort()).toEqual(OURS.toSorted());
    for (const key of OURS) {
      const { metrics } = samples[key]![0]!;
      expect(metrics.requestsPerSecond).toBeGreaterThan(0);
      expect(metrics.p99Ms).toBeGreaterThan(0);
      expect(metrics.peakRssBytes).toBeGreaterThan(10e6);
      expect(metrics.clientBusy).toBeGreaterThan(0);
    }
    const row = judge(experiment, samples).find(({ ours, peer }) => ours.name === 'select' && peer !== undefined);
    expect(row?.peer?.missing).toBe('not in this test');
    expect(row).not.toHaveProperty('measured');
  });
});
