/** Taking the samples of an experiment. */
import { type Experiment, isMissing, type Outcome } from './benchmark.ts';
import type { Figures } from './figures.ts';

/** The outcomes of each contender that could be measured, in the order of the rounds, by the experiment's names. */
export type Samples = Readonly<Record<string, readonly Outcome[]>>;

/** What a measurement needs beside the experiment. */
export interface MeasureOptions {
  /** How often each contender has its turn. */
  readonly rounds: number;
  /** Called before each sample, with the round from 1 on and the contender's name. */
  readonly onSample?: (round: number, name: string) => void;
}

/**
 * Measures the contenders of an experiment in turns: each round is one sample of each.
 *
 * Who begins changes from round to round. What a contender leaves behind, such as a warm or a hot processor, then
 * serves each of the others as often.
 *
 * @throws Error if a contender can't be measured, or if two that do the same work come to different results: then no
 * figure means anything
 */
export async function measure(experiment: Experiment, { rounds, onSample }: MeasureOptions): Promise<Samples> {
  const contenders = Object.entries(experiment.contenders).flatMap(([key, contender]) =>
    isMissing(contender) ? [] : [{ key, contender, outcomes: [] as Outcome[] }],
  );
  let { expected } = experiment;
  for (let round = 1; round <= rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const { contender, outcomes } = contenders[(turn + round) % contenders.length]!;
      onSample?.(round, contender.name);
      const outcome = await contender.sample();
      const { result } = outcome;
      expected ??= result;
      if (result !== expected) {
        throw new Error(
          `Cannot measure ${experiment.name}: ${contender.name} must come to ${String(expected)}, it came to ${String(result)}`,
        );
      }
      outcomes.push({ ...outcome, figures: finiteOnly(outcome.figures) });
    }
  }
  return Object.fromEntries(contenders.map(({ key, outcomes }) => [key, outcomes]));
}

/** Leaves out what was divided by nothing: a smoke run may end before a clock has ticked. */
function finiteOnly(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));
}
