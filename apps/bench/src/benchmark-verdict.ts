/** Compares the metric of a row with its goal. */
import { fitLine, summarize } from '@concurrent-primes/harness';
import { type Experiment, type Goal, isMissing, type Row } from './benchmark.ts';
import type { Samples } from './measure.ts';
import type { MetricName, Spread } from './metrics.ts';

/** A contender with its samples of the row's metric. */
export interface Contestant {
  readonly name: string;
  readonly samples: readonly number[];
  /** Undefined without samples. */
  readonly summary?: Spread;
  /** The median of the load client's `clientBusy`, if there was a load client. */
  readonly clientBusy?: number;
  /** Why it was not measured. */
  readonly missing?: string;
}

/** A row with its result. */
export interface Verdict {
  readonly what: string;
  readonly metric: MetricName;
  readonly goal: Goal;
  readonly ours: Contestant;
  readonly peer?: Contestant;
  /** A ratio, or a value in the metric's unit; undefined if a contender is missing or wasn't measurable. */
  readonly measured?: number;
  /** Undefined without a limit, or without a measured value. */
  readonly met?: boolean;
}

/**
 * Compares the rows of an experiment with their goals.
 *
 * @throws RangeError if a row names a contender that the experiment doesn't have
 */
export function judge(experiment: Experiment, samples: Samples): Verdict[] {
  return experiment.rows.map((row) => judgeRow(experiment, row, samples));
}

/** The value of a row from each round alone, whose spread shows how reliable the row is; none for a line. */
export function valuesByRound({ goal, ours, peer }: Verdict): number[] {
  return ours.samples.flatMap((mine, round) => measuredBy(goal, mine, peer?.samples[round]) ?? []);
}

function judgeRow(experiment: Experiment, row: Row, samples: Samples): Verdict {
  const { what, metric, goal } = row;
  const contestant = (key: string): Contestant => contestantOf(experiment, key, metric, samples);
  const ours = contestant(row.ours);
  const peer = row.peer === undefined ? undefined : contestant(row.peer);
  const points = row.points?.map(({ x, contender }) => [x, contestant(contender).summary?.median] as const);
  const measured =
    goal.kind === 'line' ? straightness(points ?? []) : measuredBy(goal, ours.summary?.median, peer?.summary?.median);
  const met = measured === undefined ? undefined : isMet(goal, measured);
  return {
    ...{ what, metric, goal, ours },
    ...(peer && { peer }),
    ...(measured !== undefined && { measured }),
    ...(met !== undefined && { met }),
  };
}

function contestantOf({ name, contenders }: Experiment, key: string, metric: MetricName, all: Samples): Contestant {
  const contender = contenders[key];
  if (contender === undefined) {
    const keys = Object.keys(contenders).join(', ');
    throw new RangeError(`cannot judge ${name}: it must have the contender ${key}, got ${keys}`);
  }
  if (isMissing(contender)) return { name: contender.name, samples: [], missing: contender.missing };
  const samplesOf = (wanted: MetricName): number[] => (all[key] ?? []).flatMap(({ metrics }) => metrics[wanted] ?? []);
  const [samples, busy] = [samplesOf(metric), samplesOf('clientBusy')];
  return {
    name: contender.name,
    samples,
    ...(samples.length > 0 && { summary: spreadOf(samples) }),
    ...(busy.length > 0 && { clientBusy: summarize(busy).median }),
  };
}

function spreadOf(samples: readonly number[]): Spread {
  const { median, min, max } = summarize(samples);
  return { median, min, max };
}

function measuredBy({ kind }: Goal, ours: number | undefined, peer: number | undefined): number | undefined {
  if (ours === undefined || kind === 'line') return undefined;
  if (kind === 'value') return ours;
  if (peer === undefined) return undefined;
  const value = kind === 'ratio' ? ours / peer : peer / ours;
  // A clock that hasn't ticked reads 0, which has no ratio to anything.
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
