/**
 * The model of a benchmark: experiments, each with contenders that are measured in turns, and the rows of the report
 * that are read from their samples.
 *
 * A contender is anything that can take one sample of itself: a program that times its own work (timed-program.ts), or
 * a server under load (servers/). The other modules don't know which: they take turns (measure.ts), compare metrics with
 * goals (benchmark-verdict.ts), and write the report (benchmark-report.ts).
 */
import type { MetricName, Metrics } from './metrics.ts';
import type { Peers } from './peers.ts';

/** What one sample measured. */
export interface Outcome {
  readonly metrics: Metrics;
  /** The result of the work, where it can be known: equal for all contenders that do the same work. */
  readonly result?: string;
  /** What a metric is made of, by names of the contender's own, such as system calls. */
  readonly parts?: Readonly<Record<string, number>>;
}

/** Something that can be measured. */
export interface Contender {
  /** In the report. */
  readonly name: string;
  readonly sample: () => Promise<Outcome>;
}

/** Something that can't be measured on this machine. */
export interface MissingContender {
  readonly name: string;
  /** The reason, and what to do about it. */
  readonly missing: string;
}

/** A contender that can be measured here, or not. */
export type AnyContender = Contender | MissingContender;

/** The least and the greatest value that a row may have. */
export interface Limits {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** How a row's value is computed, and its limits. */
export interface Goal extends Limits {
  /**
   * `ratio` is ours over the peer's, `speedup` the peer's over ours, `value` is ours alone, `line` how well a straight
   * line fits the row's points (R², at most 1).
   */
  readonly kind: 'ratio' | 'speedup' | 'value' | 'line';
}

/** A contender as a point of a curve. */
export interface Point {
  readonly x: number;
  readonly contender: string;
}

/** A row of the report. */
export interface Row {
  readonly what: string;
  readonly metric: MetricName;
  /** Key of our contender in the experiment. */
  readonly ours: string;
  /** Key of the contender that it is compared with. */
  readonly peer?: string;
  /** The points of a `line`. */
  readonly points?: readonly Point[];
  readonly goal: Goal;
}

/** Curves of a metric over something in which the contenders differ. */
export interface Plot {
  /** File name without extension. */
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly xScale: 'linear' | 'log';
  readonly yLabel: string;
  readonly metric: MetricName;
  /** Whether each curve states its least-squares line. */
  readonly fit?: true;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

/** Contenders that are compared, and therefore measured in turns. */
export interface Experiment {
  readonly name: string;
  /** By the keys that the rows use. */
  readonly contenders: Readonly<Record<string, AnyContender>>;
  /** The result that all contenders must reach; without it, they only have to agree. */
  readonly expected?: string;
  /** Rounds, if the command line doesn't say; fewer than the default for contenders that take long. */
  readonly rounds?: number;
  /** Roughly how long a sample takes, to announce how long the run takes. */
  readonly sampleSeconds?: number;
  readonly rows: readonly Row[];
  /** Metrics of all contenders, listed below the rows. */
  readonly details?: readonly MetricName[];
  readonly plots?: readonly Plot[];
}

/** A benchmark that is ready to run. */
export interface Benchmark {
  readonly experiments: readonly Experiment[];
  /** Versions of what is measured, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Another checkout of this repository that was built. */
export interface Checkout {
  /** Path of the server's program. */
  readonly server: string;
  /** URL of the sieve's module. */
  readonly sieve: string;
}

/** What a benchmark is made from. */
export interface Workshop {
  /** A smoke run: the smallest workload that exercises everything; its numbers mean nothing. */
  readonly quick: boolean;
  /** The peers that are programs; built at the first call. */
  readonly peers: () => Promise<Peers>;
  /** The checkout to compare with, if there is one. */
  readonly against?: Checkout | undefined;
}

/** Makes a benchmark, after checking what this machine has. */
export type MakeBenchmark = (workshop: Workshop) => Promise<Benchmark>;

/** Whether a contender can't be measured. */
export function isMissing(contender: AnyContender): contender is MissingContender {
  return 'missing' in contender;
}

/** Makes a benchmark that needs the peers. */
export function withPeers(experimentsOf: (peers: Peers, workshop: Workshop) => readonly Experiment[]): MakeBenchmark {
  return async (workshop) => {
    const peers = await workshop.peers();
    return { experiments: experimentsOf(peers, workshop), versions: peers.versions };
  };
}

/** A row that compares ours with a peer. */
export function ratio(what: string, metric: MetricName, ours: string, peer: string, limits: Limits = {}): Row {
  return { what, metric, ours, peer, goal: { kind: 'ratio', ...limits } };
}

/** A row about ours alone. */
export function value(what: string, metric: MetricName, ours: string, limits: Limits = {}): Row {
  return { what, metric, ours, goal: { kind: 'value', ...limits } };
}
