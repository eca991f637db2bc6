/** Finds the highest rate at which a server keeps a promise, by one run after the other. */
import { type Condition, errorCount, holds } from './condition.ts';
import { kneeOf, RateSearch, type RateSearchOptions } from './rate-search.ts';
import { runLoad } from './run-load.ts';
import type { LoadPlan, LoadResult, RunLoadOptions } from './types.ts';

/** A run at one rate. */
export interface Trial {
  /** What was asked for. */
  readonly rate: number;
  /** Whether the goal was met, no request failed, and the rate was reached. */
  readonly good: boolean;
  readonly result: LoadResult;
}

/** What a search found. */
export interface MaxRate {
  /** The highest rate that was good; undefined if none was. */
  readonly best: number | undefined;
  /** In the order in which they were made. */
  readonly trials: readonly Trial[];
  /** By rate, ascending; of a rate that was tried twice the better run. */
  readonly curve: readonly Trial[];
  /** The rate at which the curve of p99 bends; undefined if it does not, or if no rate was good. */
  readonly knee: number | undefined;
}

/** Options of {@link findMaxRate}. */
export interface FindMaxRateOptions extends RunLoadOptions, RateSearchOptions {
  /** Is told of each run when it is over. */
  readonly onTrial?: (trial: Trial) => void;
  /** Makes a run. Default: {@link runLoad}. */
  readonly run?: typeof runLoad;
}

/** A server that falls behind further than this does not hold the rate. */
const REACHED = 0.95;

/**
 * Finds the highest rate that holds a goal.
 *
 * @param plan - with an open loop, whose rate is replaced; each rate is run for its `durationMs`
 * @param goal - what must hold, such as `p99<20ms`
 * @param options - see {@link FindMaxRateOptions}; when its signal aborts, what is known by then is returned
 * @throws what {@link runLoad} throws; RangeError if the loop is closed
 */
export async function findMaxRate(plan: LoadPlan, goal: Condition, options: FindMaxRateOptions = {}): Promise<MaxRate> {
  const { onTrial, run = runLoad, firstRate, maxRate, precision, signal } = options;
  const { model } = plan;
  if (model.kind !== 'open') throw new RangeError('cannot search for a rate: the loop must be open, it is closed');
  const search = new RateSearch({ firstRate, maxRate, precision });
  const trials: Trial[] = [];
  for (let rate = search.next; rate !== undefined && !signal?.aborted; rate = search.next) {
    const result = await run({ ...plan, model: { ...model, rate } }, options);
    // Half a run proves nothing.
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
  // Where nothing holds, a bend is one among failures: no capacity to be read from it.
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
