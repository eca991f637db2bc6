import { describe, expect, it } from 'vitest';
import type { Experiment, Outcome } from './benchmark.ts';
import { measure } from './measure.ts';

/** An experiment whose contenders answer in the order of their calls, with the call's number as their time. */
function fakeExperiment(outcomeOf: (name: string) => Partial<Outcome> = () => ({ result: '42' })): {
  order: string[];
  experiment: Experiment;
} {
  const order: string[] = [];
  const contender = (name: string): Experiment['contenders'][string] => ({
    name,
    sample: () => Promise.resolve({ metrics: { elapsedMs: order.push(name) }, ...outcomeOf(name) }),
  });
  const contenders = { a: contender('A'), gone: { name: 'Gone', missing: 'is not there' }, b: contender('B') };
  return { order, experiment: { name: 'test', contenders, rows: [] } };
}

describe('measure()', () => {
  it('takes turns, and begins each round with another contender', async () => {
    const { order, experiment } = fakeExperiment();
    const turns: string[] = [];
    const samples = await measure(experiment, { rounds: 3, onSample: (round, name) => turns.push(`${round}${name}`) });
    expect(order.join('')).toBe('BAABBA');
    expect(turns).toEqual(['1B', '1A', '2A', '2B', '3B', '3A']);
    const times = Object.entries(samples).map(([key, outcomes]) => [key, outcomes.map((o) => o.metrics.elapsedMs)]);
    expect(times).toEqual([
      ['a', [2, 3, 6]],
      ['b', [1, 4, 5]],
    ]);
  });

  it('keeps parts, and drops metrics that are not finite', async () => {
    const parts = { accept4: 1.5 };
    const metrics = { cpuPerRequestMs: 0 / 0, requestsPerSecond: 1 / 0, jain: 1 };
    const { experiment } = fakeExperiment(() => ({ metrics, parts }));
    expect((await measure(experiment, { rounds: 1 }))['a']).toEqual([{ metrics: { jain: 1 }, parts }]);
  });

  it('throws when two contenders have different results', async () => {
    const { experiment } = fakeExperiment((name) => ({ result: name === 'A' ? '41' : '42' }));
    await expect(measure(experiment, { rounds: 1 })).rejects.toThrow(
      'cannot measure test: the result of A must be 42, got 41',
    );
  });

  it('throws when the result is not the known one', async () => {
    const { experiment } = fakeExperiment();
    await expect(measure({ ...experiment, expected: '43' }, { rounds: 1 })).rejects.toThrow(
      'cannot measure test: the result of B must be 43, got 42',
    );
  });

  it('measures nothing when every contender is missing', async () => {
    const { experiment } = fakeExperiment();
    const { gone } = experiment.contenders;
    expect(await measure({ ...experiment, contenders: { gone: gone! } }, { rounds: 2 })).toEqual({});
  });
});
