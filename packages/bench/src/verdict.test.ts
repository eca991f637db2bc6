import { describe, expect, it } from 'vitest';
import type { Experiment, Goal } from './benchmark.ts';
import { judge, type Verdict } from './verdict.ts';

const SAMPLES = { ours: [10, 20, 12], peer: [30, 24, 20] };

function verdict(goal: Goal, programs: Experiment['programs'] = {}): Verdict {
  const experiment: Experiment = {
    name: 'test',
    programs: { ours: { name: 'Ours', command: ['a'] }, peer: { name: 'Peer', command: ['b'] }, ...programs },
    rows: [{ what: 'a thing', ours: 'ours', peer: 'peer', goal }],
  };
  const samples = Object.fromEntries(Object.entries(SAMPLES).filter(([key]) => programs[key] === undefined));
  return judge(experiment, samples)[0]!;
}

describe('judge()', () => {
  it.each<[Goal, number, boolean | undefined]>([
    [{ kind: 'ratio', atMost: 0.5 }, 0.5, true],
    [{ kind: 'ratio', atMost: 0.49 }, 0.5, false],
    [{ kind: 'ratio' }, 0.5, undefined],
    [{ kind: 'speedup', atLeast: 2 }, 2, true],
    [{ kind: 'speedup', atLeast: 2.1 }, 2, false],
    [{ kind: 'time', atMostMs: 12 }, 12, true],
    [{ kind: 'time', atMostMs: 11 }, 12, false],
    [{ kind: 'rate', atLeast: 500, billion: 'GB', unitsPerSample: 6 }, 500, true],
    [{ kind: 'rate', atLeast: 501, billion: 'GB', unitsPerSample: 6 }, 500, false],
  ])('holds the medians 12 and 24 ms against %j', (goal, measured, met) => {
    const row = verdict(goal);
    expect([row.measured, row.met]).toEqual([measured, met]);
    expect(row.ours.summaryMs).toEqual({ median: 12, min: 10, max: 20 });
    expect(row.peer).toMatchObject({ name: 'Peer', samplesMs: [30, 24, 20] });
  });

  it('knows no figure when a program is missing', () => {
    const row = verdict({ kind: 'ratio', atMost: 1 }, { peer: { name: 'Peer', missing: 'no compiler' } });
    expect(row).not.toHaveProperty('measured');
    expect(row).not.toHaveProperty('met');
    expect(row.peer).toEqual({ name: 'Peer', samplesMs: [], missing: 'no compiler' });
    expect(row.ours.summaryMs?.median).toBe(12);
  });

  it('throws when a row names no program of its experiment', () => {
    const experiment: Experiment = {
      name: 'test',
      programs: {},
      rows: [{ what: 'x', ours: 'nobody', goal: { kind: 'time', atMostMs: 1 } }],
    };
    expect(() => judge(experiment, {})).toThrow(RangeError);
  });
});
