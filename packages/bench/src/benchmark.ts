/**
 * What a benchmark is: experiments, each of some programs that are measured in turns, and the rows of the report that
 * are read from their samples.
 */
import type { MissingProgram, Program } from './program.ts';

/** How a row's figure comes about, and what it has to reach. */
export type Goal =
  /** The time of ours over that of the peer. */
  | { readonly kind: 'ratio'; readonly atMost?: number }
  /** The time of the peer over that of ours. */
  | { readonly kind: 'speedup'; readonly atLeast: number }
  /** Work in the time of ours, in units a second; `billion` is what the report calls 10^9 of them, such as `GB`. */
  | { readonly kind: 'rate'; readonly atLeast: number; readonly billion: string; readonly unitsPerSample: number }
  /** The time of ours. */
  | { readonly kind: 'time'; readonly atMostMs: number };

/** A row of the report. */
export interface Row {
  /** What is done, in a few words. */
  readonly what: string;
  /** Which program of the experiment is ours. */
  readonly ours: string;
  /** Which one it is compared with. */
  readonly peer?: string;
  readonly goal: Goal;
}

/** Programs that are measured in turns, because they are compared. */
export interface Experiment {
  readonly name: string;
  /** By the names that the rows use. */
  readonly programs: Readonly<Record<string, Program | MissingProgram>>;
  /** What all of them must come to; without this, they only must agree. */
  readonly expected?: string;
  /** The most rounds, for programs that take long. */
  readonly maxRounds?: number;
  readonly rows: readonly Row[];
}

/** A benchmark, ready to be run. */
export interface Benchmark {
  readonly experiments: readonly Experiment[];
  /** The versions of what is measured, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Removes what was made for it. */
  readonly close: () => void;
}

/** How a benchmark is run. */
export interface Scale {
  /** A smoke run: the least that runs through everything, with figures that mean nothing. */
  readonly quick: boolean;
}

/** Makes a benchmark: builds the peers, looks what is there. */
export type MakeBenchmark = (scale: Scale) => Promise<Benchmark>;
