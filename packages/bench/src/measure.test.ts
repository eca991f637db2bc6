import { describe, expect, it } from 'vitest';
import type { Experiment } from './benchmark.ts';
import { measure } from './measure.ts';
import type { Outcome, Program } from './program.ts';

const EXPERIMENT: Experiment = {
  name: 'test',
  programs: {
    a: { name: 'A', command: ['a'] },
    gone: { name: 'Gone', missing: 'is not there' },
    b: { name: 'B', command: ['b'] },
  },
  rows: [],
};

/** Answers in the order of the calls, with the call's number as its time. */
function fakeRuns(result: (name: string) => string = () => '42'): {
  order: string[];
  run: (program: Program) => Promise<Outcome>;
} {
  const order: string[] = [];
  const run = ({ name }: Program): Promise<Outcome> =>
    Promise.resolve({ elapsedMs: order.push(name), result: result(name) });
  return { order, run };
}

describe('measure()', () => {
  it('takes turns, and changes who begins', async () => {
    const { order, run } = fakeRuns();
    const rounds: number[] = [];
    const samples = await measure(EXPERIMENT, { rounds: 3, run, onRound: (round) => rounds.push(round) });
    expect(order.join('')).toBe('BAABBA');
    expect(rounds).toEqual([1, 2, 3]);
    expect(samples).toEqual({ a: [2, 3, 6], b: [1, 4, 5] });
  });

  it('takes no more rounds than the experiment wants', async () => {
    const { order, run } = fakeRuns();
    await measure({ ...EXPERIMENT, maxRounds: 2 }, { rounds: 8, run });
    expect(order).toHaveLength(4);
  });

  it('throws when two programs come to different results', async () => {
    const { run } = fakeRuns((name) => (name === 'A' ? '41' : '42'));
    await expect(measure(EXPERIMENT, { rounds: 1, run })).rejects.toThrow(
      'Cannot measure test: A must come to 42, it came to 41',
    );
  });

  it('throws when all come to something else than what is known', async () => {
    const { run } = fakeRuns();
    await expect(measure({ ...EXPERIMENT, expected: '43' }, { rounds: 1, run })).rejects.toThrow(
      'Cannot measure test: B must come to 43, it came to 42',
    );
  });

  it('measures nothing when nothing can be run', async () => {
    const { gone } = EXPERIMENT.programs;
    const { run } = fakeRuns();
    expect(await measure({ name: 'none', programs: { gone: gone! }, rows: [] }, { rounds: 2, run })).toEqual({});
  });
});
