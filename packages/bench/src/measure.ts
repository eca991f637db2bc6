/** Taking the samples of an experiment. */
import type { Experiment } from './benchmark.ts';
import { isMissing, type Outcome, type Program, runProgram } from './program.ts';

/** The samples of each program that could be run, in milliseconds, by the experiment's names. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** What a measurement needs beside the experiment. */
export interface MeasureOptions {
  /** How often each program has its turn. */
  readonly rounds: number;
  /** Called before each round, from 1 on. */
  readonly onRound?: (round: number) => void;
  /** Takes one sample; by default the program is run. */
  readonly run?: (program: Program) => Promise<Outcome>;
}

/**
 * Measures the programs of an experiment in turns: each round is one sample of each.
 *
 * Who begins changes from round to round. What a program leaves behind, such as a warm or a hot processor, then serves
 * each of the others as often.
 *
 * @throws Error if a program can't be run, or if two that do the same work come to different results: then no figure
 * means anything
 */
export async function measure(experiment: Experiment, options: MeasureOptions): Promise<Samples> {
  const { rounds, onRound, run = runProgram } = options;
  const programs = Object.entries(experiment.programs).flatMap(([key, program]) =>
    isMissing(program) ? [] : [{ key, program, samples: [] as number[] }],
  );
  let expected = experiment.expected;
  for (let round = 1; round <= Math.min(rounds, experiment.maxRounds ?? Infinity); round++) {
    onRound?.(round);
    for (let turn = 0; turn < programs.length; turn++) {
      const { program, samples } = programs[(turn + round) % programs.length]!;
      const { elapsedMs, result } = await run(program);
      expected ??= result;
      if (result !== expected) {
        throw new Error(
          `Cannot measure ${experiment.name}: ${program.name} must come to ${expected}, it came to ${result}`,
        );
      }
      samples.push(elapsedMs);
    }
  }
  return Object.fromEntries(programs.map(({ key, samples }) => [key, samples]));
}
