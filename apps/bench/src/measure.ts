/** Takes the samples of an experiment. */
import { turnsOf } from '@concurrent-primes/harness';
import { type Experiment, isMissing, type Outcome } from './benchmark.ts';
import type { Metrics } from './metrics.ts';

/** The outcomes of each contender that could be measured, in the order of the rounds, by the experiment's keys. */
export type Samples = Readonly<Record<string, readonly Outcome[]>>;

/** How an experiment is measured. */
export interface MeasureOptions {
  /** Samples of each contender. */
  readonly rounds: number;
  /** Called before each sample, with the round, from 1 on, and the contender's name. */
  readonly onSample?: (round: number, name: string) => void;
  /** Ends the measurement before the next sample. */
  readonly signal?: AbortSignal;
}

/**
 * Measures the contenders of an experiment in turns.
 *
 * @throws Error if a contender can't be measured, or if two that do the same work have different results, which makes
 * every metric meaningless; the signal's reason
 */
export async function measure(experiment: Experiment, options: MeasureOptions): Promise<Samples> {
  const { rounds, onSample, signal } = options;
  const contenders = Object.entries(experiment.contenders).flatMap(([key, contender]) =>
    isMissing(contender) ? [] : [{ key, contender, outcomes: [] as Outcome[] }],
  );
  let { expected } = experiment;
  for (const turn of turnsOf(contenders, rounds)) {
    signal?.throwIfAborted();
    const { contender, outcomes } = turn.contender;
    onSample?.(turn.round, contender.name);
    const outcome = await contender.sample();
    const { result } = outcome;
    expected ??= result;
    if (result !== expected) {
      throw new Error(
        `cannot measure ${experiment.name}: the result of ${contender.name} must be ${String(expected)}, got ${String(result)}`,
      );
    }
    outcomes.push({ ...outcome, metrics: finiteOnly(outcome.metrics) });
  }
  return Object.fromEntries(contenders.map(({ key, outcomes }) => [key, outcomes]));
}

/** A clock that hasn't ticked makes quotients of zeros, which are no metric. */
function finiteOnly(metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}
