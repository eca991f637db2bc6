/**
 * What a comparison leaves behind, as plain data: everything in the report is made from it, now or later.
 *
 * Times are milliseconds. The version grows when a field changes its meaning or goes.
 */
import type { LoadResult } from '@concurrent-primes/load';
import type { Environment } from './environment.ts';
import type { Scenario } from './scenario.ts';
import type { ServerSpec } from './servers/spec.ts';

/** Says what kind of file it is. */
export const FORMAT = 'concurrent-primes/comparison';
export const VERSION = 1;

/** A whole comparison. */
export interface Comparison {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly environment: Environment;
  readonly scenario: Scenario;
  /** Of the clients' choices and of the order of the turns. */
  readonly seed: number;
  /** In the order in which they were asked for. */
  readonly servers: readonly ServerResult[];
  /** The user ended it early. */
  readonly interrupted: boolean;
  /** Of two results that were joined: when and on what the first of them was measured. */
  readonly before?: Pick<Comparison, 'startedAt' | 'environment'>;
}

/** All turns of one server. */
export interface ServerResult {
  readonly spec: ServerSpec;
  /** As it could be typed into a shell; undefined if it never had a turn. */
  readonly commandLine: string | undefined;
  readonly rounds: readonly Round[];
  /** Of two results that were joined: which of them it is from. */
  readonly when?: 'before' | 'after';
}

/** One turn: a fresh process, a warm-up, a measurement. */
export interface Round {
  /** From 1 on. */
  readonly round: number;
  /** Its place in the round's order, from 1 on. */
  readonly turn: number;
  /** From the start of the process until it listened. */
  readonly startMs: number;
  readonly groups: readonly GroupLoad[];
  /** Undefined when the server had ended before its time. */
  readonly usage: Usage | undefined;
  /** What went wrong with the server. */
  readonly failure?: string;
}

/** What one group of clients saw. */
export interface GroupLoad {
  readonly name: string;
  readonly load: LoadResult;
}

/** What the server's processes used in the measured time. */
export interface Usage {
  /** The time that the counters below stand for. */
  readonly windowMs: number;
  readonly userMs: number;
  readonly systemMs: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  /** The most memory that the processes ever had, by the kernel's own mark. */
  readonly peakRssBytes: number;
  /** The most at one time. */
  readonly threads: number;
  /** The most at one time. */
  readonly descriptors: number;
  readonly timeline: readonly UsagePoint[];
}

/** A piece of the measured time. */
export interface UsagePoint {
  /** Its end, since the measuring began. */
  readonly atMs: number;
  /** Processors it kept busy in it. */
  readonly cores: number;
  /** At its end. */
  readonly rssBytes: number;
}

/**
 * Reads a result that was written before.
 *
 * @param json - what the file says
 * @returns undefined if it is something else
 * @throws TypeError if it is a result of another version
 */
export function readComparison(json: unknown): Comparison | undefined {
  if (typeof json !== 'object' || json === null || !('format' in json) || json.format !== FORMAT) return undefined;
  const { version } = json as { version?: unknown };
  if (version !== VERSION) {
    throw new TypeError(`result: its version must be ${VERSION}, is ${JSON.stringify(version)}; measure again`);
  }
  return json as Comparison;
}
