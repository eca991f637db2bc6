/** A row's figure, held against its goal. */
import type { Experiment, Goal, Row } from './benchmark.ts';
import type { Samples } from './measure.ts';
import { isMissing, type MissingProgram, type Program } from './program.ts';
import { summarize, type Summary } from './stats.ts';

/** A program and its samples, as far as there are some. */
export interface Contestant {
  readonly name: string;
  readonly samplesMs: readonly number[];
  readonly summaryMs?: Summary;
  /** Why it was not measured. */
  readonly missing?: string;
}

/** A row that is done. */
export interface Verdict {
  readonly what: string;
  readonly goal: Goal;
  readonly ours: Contestant;
  readonly peer?: Contestant;
  /** In the goal's own unit; undefined if a program is missing. */
  readonly measured?: number;
  /** Undefined if there is nothing to reach, or nothing measured. */
  readonly met?: boolean;
}

/**
 * Judges the rows of an experiment.
 *
 * @param experiment - that was measured
 * @param samples - of its programs
 * @throws RangeError if a row names a program that the experiment doesn't have
 */
export function judge(experiment: Experiment, samples: Samples): Verdict[] {
  return experiment.rows.map((row) => judgeRow(experiment, row, samples));
}

function judgeRow({ programs, name }: Experiment, row: Row, samples: Samples): Verdict {
  const contestant = (key: string): Contestant => {
    const program = programs[key];
    if (program === undefined) {
      throw new RangeError(
        `Cannot judge ${name}: it must have the program ${key}, it has ${Object.keys(programs).join(', ')}`,
      );
    }
    return toContestant(program, samples[key] ?? []);
  };
  const ours = contestant(row.ours);
  const peer = row.peer === undefined ? undefined : contestant(row.peer);
  const measured = measuredBy(row.goal, ours.summaryMs?.median, peer?.summaryMs?.median);
  const met = measured === undefined ? undefined : isMet(row.goal, measured);
  return {
    what: row.what,
    goal: row.goal,
    ours,
    ...(peer && { peer }),
    ...(measured !== undefined && { measured }),
    ...(met !== undefined && { met }),
  };
}

function toContestant(program: Program | MissingProgram, samplesMs: readonly number[]): Contestant {
  const { name } = program;
  if (isMissing(program)) return { name, samplesMs: [], missing: program.missing };
  return { name, samplesMs, ...(samplesMs.length > 0 && { summaryMs: summarize(samplesMs) }) };
}

function measuredBy(goal: Goal, oursMs: number | undefined, peerMs: number | undefined): number | undefined {
  if (oursMs === undefined) return undefined;
  switch (goal.kind) {
    case 'time':
      return oursMs;
    case 'rate':
      return goal.unitsPerSample / (oursMs / 1000);
    case 'ratio':
      return peerMs === undefined ? undefined : oursMs / peerMs;
    case 'speedup':
      return peerMs === undefined ? undefined : peerMs / oursMs;
  }
}

function isMet(goal: Goal, measured: number): boolean | undefined {
  switch (goal.kind) {
    case 'time':
      return measured <= goal.atMostMs;
    case 'ratio':
      return goal.atMost === undefined ? undefined : measured <= goal.atMost;
    case 'rate':
    case 'speedup':
      return measured >= goal.atLeast;
  }
}
