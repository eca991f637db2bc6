/** A row's figure, held against its goal. */
import { type Experiment, type Goal, isMissing, type Row } from './benchmark.ts';
import type { FigureName } from './figures.ts';
import type { Samples } from './measure.ts';
import { fitLine, summarize, type Summary } from './stats.ts';

/** A contender and its samples of the row's figure, as far as there are some. */
export interface Contestant {
  readonly name: string;
  readonly samples: readonly number[];
  readonly summary?: Summary;
  /** The median of the load client's `clientBusy`, if one was at work. */
  readonly clientBusy?: number;
  /** Why it was not measured. */
  readonly missing?: string;
}

/** A row that is done. */
export interface Verdict {
  readonly what: string;
  readonly figure: FigureName;
  readonly goal: Goal;
  readonly ours: Contestant;
  readonly peer?: Contestant;
  /** A ratio, or in the figure's own unit; undefined if a contender is missing, or if nothing could be measured of it. */
  readonly measured?: number;
  /** Undefined if there is nothing to reach, or nothing measured. */
  readonly met?: boolean;
}

/**
 * Judges the rows of an experiment.
 *
 * @param experiment - that was measured
 * @param samples - of its contenders
 * @throws RangeError if a row names a contender that the experiment doesn't have
 */
export function judge(experiment: Experiment, samples: Samples): Verdict[] {
  return experiment.rows.map((row) => judgeRow(experiment, row, samples));
}

/**
 * The values that a row would have had from each round alone, which tell how much its figure is to be trusted.
 *
 * @returns nothing for a line, which needs all of its points
 */
export function valuesByRound({ goal, ours, peer }: Verdict): number[] {
  return ours.samples.flatMap((mine, round) => measuredBy(goal, mine, peer?.samples[round]) ?? []);
}

function judgeRow(experiment: Experiment, row: Row, samples: Samples): Verdict {
  const { what, figure, goal } = row;
  const contestant = (key: string): Contestant => contestantOf(experiment, key, figure, samples);
  const ours = contestant(row.ours);
  const peer = row.peer === undefined ? undefined : contestant(row.peer);
  const points = row.points?.map(({ x, contender }) => [x, contestant(contender).summary?.median] as const);
  const measured =
    goal.kind === 'line' ? straightness(points ?? []) : measuredBy(goal, ours.summary?.median, peer?.summary?.median);
  const met = measured === undefined ? undefined : isMet(goal, measured);
  return {
    ...{ what, figure, goal, ours },
    ...(peer && { peer }),
    ...(measured !== undefined && { measured }),
    ...(met !== undefined && { met }),
  };
}

function contestantOf({ name, contenders }: Experiment, key: string, figure: FigureName, all: Samples): Contestant {
  const contender = contenders[key];
  if (contender === undefined) {
    throw new RangeError(
      `Cannot judge ${name}: it must have the contender ${key}, it has ${Object.keys(contenders).join(', ')}`,
    );
  }
  if (isMissing(contender)) return { name: contender.name, samples: [], missing: contender.missing };
  const samplesOf = (wanted: FigureName): number[] => (all[key] ?? []).flatMap(({ figures }) => figures[wanted] ?? []);
  const [samples, busy] = [samplesOf(figure), samplesOf('clientBusy')];
  return {
    name: contender.name,
    samples,
    ...(samples.length > 0 && { summary: summarize(samples) }),
    ...(busy.length > 0 && { clientBusy: summarize(busy).median }),
  };
}

function measuredBy({ kind }: Goal, ours: number | undefined, peer: number | undefined): number | undefined {
  if (ours === undefined || kind === 'line') return undefined;
  if (kind === 'value') return ours;
  if (peer === undefined) return undefined;
  const value = kind === 'ratio' ? ours / peer : peer / ours;
  // A clock that hasn't ticked says 0, of which nothing is a multiple.
  return Number.isFinite(value) ? value : undefined;
}

function straightness(points: readonly (readonly [x: number, y: number | undefined])[]): number | undefined {
  const measured = points.flatMap(([x, y]) => (y === undefined ? [] : [[x, y] as const]));
  return measured.length < points.length || points.length < 2 ? undefined : fitLine(measured).r2;
}

function isMet({ atMost, atLeast }: Goal, measured: number): boolean | undefined {
  if (atMost === undefined && atLeast === undefined) return undefined;
  return measured <= (atMost ?? Infinity) && measured >= (atLeast ?? -Infinity);
}
