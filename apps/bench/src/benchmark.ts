/**
 * What a benchmark is: experiments, each of some contenders that are measured in turns, and the rows of the report that
 * are read from their samples.
 *
 * A contender is whatever can take one sample of itself: a program that times its own work (program.ts), or a server
 * under a load (servers/). The rest of the package knows of neither: it takes turns (measure.ts), picks figures and
 * holds them against goals (verdict.ts), and writes them down (report.ts).
 */
import type { FigureName, Figures } from './figures.ts';
import type { Peers } from './peers.ts';

/** What came of one sample. */
export interface Outcome {
  readonly figures: Figures;
  /** What came out, where that can be known: the same for all contenders that do the same work. */
  readonly result?: string;
  /** What the figures are made of, by names of the contender's own, such as system calls. */
  readonly parts?: Readonly<Record<string, number>>;
}

/** One that can be measured. */
export interface Contender {
  /** As it stands in the report. */
  readonly name: string;
  /** Takes one sample. */
  readonly sample: () => Promise<Outcome>;
}

/** One that can't be measured here. */
export interface MissingContender {
  readonly name: string;
  /** Why, and what to do about it. */
  readonly missing: string;
}

/** How a row's figure comes about, and what it has to reach. */
export interface Goal {
  /**
   * `ratio` is ours over the peer's, `speedup` the peer's over ours, `value` is ours alone, `line` how well a straight
   * line fits the row's points (R², 1 at best).
   */
  readonly kind: 'ratio' | 'speedup' | 'value' | 'line';
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A contender as a point of a curve. */
export interface Point {
  readonly x: number;
  readonly contender: string;
}

/** A row of the report. */
export interface Row {
  /** What is done, in a few words. */
  readonly what: string;
  /** Which figure of the contenders is taken. */
  readonly figure: FigureName;
  /** Which contender of the experiment is ours. */
  readonly ours: string;
  /** Which one it is compared with. */
  readonly peer?: string;
  /** What a `line` goes through. */
  readonly points?: readonly Point[];
  readonly goal: Goal;
}

/** A figure as curves over something that the contenders differ in. */
export interface Plot {
  /** The name of the file, without an ending. */
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly xScale: 'linear' | 'log';
  readonly yLabel: string;
  readonly figure: FigureName;
  /** Say which straight line comes nearest. */
  readonly fit?: true;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

/** Contenders that are measured in turns, because they are compared. */
export interface Experiment {
  readonly name: string;
  /** By the names that the rows use. */
  readonly contenders: Readonly<Record<string, Contender | MissingContender>>;
  /** What all of them must come to; without this, they only must agree. */
  readonly expected?: string;
  /** How many rounds when nothing else is said; for contenders that take long. */
  readonly rounds?: number;
  readonly rows: readonly Row[];
  /** Figures of all contenders that are listed below the rows. */
  readonly details?: readonly FigureName[];
  readonly plots?: readonly Plot[];
}

/** A benchmark, ready to be run. */
export interface Benchmark {
  readonly experiments: readonly Experiment[];
  /** The versions of what is measured, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What benchmarks are made with. */
export interface Workshop {
  /** A smoke run: the least that runs through everything, with figures that mean nothing. */
  readonly quick: boolean;
  /** The peers that are programs; built when first asked for, and once. */
  readonly peers: () => Promise<Peers>;
}

/** Makes a benchmark: looks what is there. */
export type MakeBenchmark = (workshop: Workshop) => Promise<Benchmark>;

/** Whether a contender can't be measured. */
export function isMissing(contender: Contender | MissingContender): contender is MissingContender {
  return 'missing' in contender;
}
