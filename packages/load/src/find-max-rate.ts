/** Finds the highest rate at which a server meets a goal, by a series of runs. */
import { type Condition, errorCount, holds } from './condition.ts';
import type { LoadPlan } from './load-plan.ts';
import type { LoadResult } from './load-result.ts';
import { kneeOf, RateSearch, type RateSearchOptions } from './rate-search.ts';
import { runLoad, type RunLoadOptions } from './run-load.ts';

/** A run at one rate. */
export interface Trial {
  /** Requests a second that were due. */
  readonly rate: number;
  /** Whether the goal was met, no request failed, and the rate was reached. */
  readonly good: boolean;
  readonly result: LoadResult;
}

/** The result of a search. */
export interface MaxRate {
  /** The highest good rate; undefined if there is none. */
  readonly best: number | undefined;
  /** In the order of the runs. */
  readonly trials: readonly Trial[];
  /** By rate, ascending; the better run of a rate that was tried twice. */
  readonly curve: readonly Trial[];
  /** The rate at the knee of p99; undefined if there is no knee, or no rate was good. */
  readonly knee: number | undefined;
}

/** Options of {@link findMaxRate}. */
export interface FindMaxRateOptions extends RunLoadOptions, RateSearchOptions {
  /** Called after each run. */
  readonly onTrial?: (trial: Trial) => void;
  /** Makes a run. Default: {@link runLoad}. */
  readonly run?: typeof runLoad;
}

/** Share of the rate that a server must reach. */
const REACHED = 0.95;

/**
 * Finds the highest rate at which a goal holds.
 *
 * @param plan - of an open loop, whose rate is replaced; a run at each rate lasts `durationMs`
 * @param goal - the condition that must hold, such as `p99<20ms`
 * @param options - see {@link FindMaxRateOptions}; if its signal aborts, the result is what is known by then
 * @throws what {@link runLoad} throws; RangeError if the loop is closed
 */
export async function findMaxRate(plan: LoadPlan, goal: Condition, options: FindMaxRateOptions = {}): Promise<MaxRate> {
  const { onTrial, run = runLoad, firstRate, maxRate, precision, signal } = options;
  const { model } = plan;
  if (model.kind !== 'open') throw new RangeError('cannot search for a rate: the loop must be open, got a closed one');
  const search = new RateSearch({ firstRate, maxRate, precision });
  const trials: Trial[] = [];
  for (let rate = search.next; rate !== undefined && !signal?.aborted; rate = search.next) {
    const result = await run({ ...plan, model: { ...model, rate } }, options);
    // An interrupted run proves nothing.
    if (signal?.aborted) break;
    const good = holds(goal, result) && errorCount(result) === 0 && result.requestsPerSecond >= REACHED * rate;
    const trial = { rate, good, result };
    trials.push(trial);
    onTrial?.(trial);
    search.report(good);
  }
  const curve = curveOf(trials);
  const { best } = search;
  const knee = kneeOf(curve.map((trial) => ({ rate: trial.rate, latencyMs: p99Of(trial) })));
  // Without a good rate, a knee says nothing about capacity.
  return { best, trials, curve, knee: best === undefined ? undefined : knee?.rate };
}

function curveOf(trials: readonly Trial[]): Trial[] {
  const byRate = new Map<number, Trial>();
  for (const trial of trials) {
    const other = byRate.get(trial.rate);
    if (other === undefined || p99Of(trial) < p99Of(other)) byRate.set(trial.rate, trial);
  }
  return [...byRate.values()].sort((one, other) => one.rate - other.rate);
}

function p99Of({ result }: Trial): number {
  return result.latency.done.p99Ms;
}
