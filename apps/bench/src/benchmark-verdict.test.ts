import { describe, expect, it } from 'vitest';
import type { Experiment, Goal, Outcome, Row } from './benchmark.ts';
import { judge, valuesByRound, type Verdict } from './benchmark-verdict.ts';

const neverRun = (): Promise<Outcome> => Promise.reject(new Error('must not be run'));

function times(values: readonly number[], more: Outcome['metrics'] = {}): Outcome[] {
  return values.map((elapsedMs) => ({ metrics: { elapsedMs, ...more } }));
}

const SAMPLES = { ours: times([10, 20, 12], { clientBusy: 0.95 }), peer: times([30, 24, 20]) };

function verdict(
  goal: Goal,
  {
    contenders = {},
    samples = SAMPLES,
    ...row
  }: Partial<Row> & Partial<Experiment> & { samples?: typeof SAMPLES } = {},
): Verdict {
  const experiment: Experiment = {
    name: 'test',
    contenders: {
      ours: { name: 'Ours', sample: neverRun },
      peer: { name: 'Peer', sample: neverRun },
      ...contenders,
    },
    rows: [{ what: 'a thing', metric: 'elapsedMs', ours: 'ours', peer: 'peer', goal, ...row }],
  };
  return judge(experiment, samples)[0]!;
}

describe('judge()', () => {
  it.each<[Goal, number, boolean | undefined]>([
    [{ kind: 'ratio', atMost: 0.5 }, 0.5, true],
    [{ kind: 'ratio', atMost: 0.49 }, 0.5, false],
    [{ kind: 'ratio', atLeast: 0.5 }, 0.5, true],
    [{ kind: 'ratio', atLeast: 0.51 }, 0.5, false],
    [{ kind: 'ratio' }, 0.5, undefined],
    [{ kind: 'speedup', atLeast: 2 }, 2, true],
    [{ kind: 'speedup', atLeast: 2.1 }, 2, false],
    [{ kind: 'value', atMost: 12 }, 12, true],
    [{ kind: 'value', atMost: 11 }, 12, false],
  ])('holds the medians 12 and 24 ms against %j', (goal, measured, met) => {
    const row = verdict(goal);
    expect([row.measured, row.met]).toEqual([measured, met]);
    expect(row.ours.summary).toEqual({ median: 12, min: 10, max: 20 });
    expect(row.peer).toMatchObject({ name: 'Peer', samples: [30, 24, 20] });
  });

  it('has the median of clientBusy when there was a load client', () => {
    const { ours, peer } = verdict({ kind: 'ratio' });
    expect(ours.clientBusy).toBe(0.95);
    expect(peer).not.toHaveProperty('clientBusy');
  });

  it('has no value when a contender is missing', () => {
    const gone = { name: 'Peer', missing: 'no compiler' };
    const row = verdict({ kind: 'ratio', atMost: 1 }, { contenders: { peer: gone } });
    expect(row).not.toHaveProperty('measured');
    expect(row).not.toHaveProperty('met');
    expect(row.peer).toEqual({ ...gone, samples: [] });
    expect(row.ours.summary?.median).toBe(12);
  });

  it('knows no metric when the samples have none, or one of which nothing is a multiple', () => {
    expect(verdict({ kind: 'value' }, { metric: 'jain' })).not.toHaveProperty('measured');
    const samples = { ours: times([0]), peer: times([0]) };
    expect(verdict({ kind: 'ratio', atMost: 1 }, { samples })).not.toHaveProperty('met');
  });

  it('says how straight a line of medians is', () => {
    const points = [
      { x: 1, contender: 'ours' },
      { x: 2, contender: 'peer' },
      { x: 3, contender: 'third' },
    ];
    const line = (third: number): Verdict =>
      verdict(
        { kind: 'line', atLeast: 0.9 },
        {
          points,
          contenders: { third: { name: 'Third', sample: neverRun } },
          samples: { ...SAMPLES, third: times([third]) } as typeof SAMPLES,
        },
      );
    expect(line(36)).toMatchObject({ measured: 1, met: true });
    expect(line(24)).toMatchObject({ measured: 0.75, met: false });
  });

  it('throws when a row names no contender of its experiment', () => {
    expect(() => verdict({ kind: 'ratio' }, { ours: 'nobody' })).toThrow(
      'cannot judge test: it must have the contender nobody, got ours, peer',
    );
  });
});

describe('valuesByRound()', () => {
  it('gives what each round alone would have said', () => {
    expect(valuesByRound(verdict({ kind: 'ratio' }))).toEqual([10 / 30, 20 / 24, 12 / 20]);
    expect(valuesByRound(verdict({ kind: 'value' }))).toEqual([10, 20, 12]);
  });

  it('gives nothing for a line', () => {
    expect(valuesByRound(verdict({ kind: 'line' }))).toEqual([]);
  });
});
