/**
 * A comparison as plain data. The report is made from it, and can be made again later.
 *
 * Times are milliseconds. The version grows when a field is removed or changes its meaning.
 */
import { readFileSync } from 'node:fs';
import { readEnvironment } from '@concurrent-primes/harness';
import type { LoadResult } from '@concurrent-primes/load';
import type { Scenario } from './scenario.ts';
import type { ServerSpec } from './servers/server-spec.ts';

/** Identifies the kind of file. */
export const FORMAT = 'concurrent-primes/comparison';
export const VERSION = 1;

export interface Comparison {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly environment: LabEnvironment;
  readonly scenario: Scenario;
  /** Seed of the clients' choices and of the order of turns. */
  readonly seed: number;
  /** In the order in which they were given. */
  readonly servers: readonly ServerResult[];
  /** Whether the user ended it early. */
  readonly interrupted: boolean;
  /** Of two joined results: time and environment of the first one. */
  readonly before?: Pick<Comparison, 'startedAt' | 'environment'>;
}

/** Machine, operating system, runtime and code. */
export interface LabEnvironment {
  /** The processor's own name. */
  readonly cpu: string;
  /** Processors, which server and client share. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** Load average of the minute before. */
  readonly loadBefore: number;
  readonly os: string;
  readonly node: string;
  /** Version of this package. */
  readonly lab: string;
  /** The commit of the code, with `+` if files differ from it; undefined outside of a repository. */
  readonly commit?: string;
}

/** All turns of one server. */
export interface ServerResult {
  readonly spec: ServerSpec;
  /** Its command line as it could be typed into a shell; undefined if it had no turn. */
  readonly commandLine: string | undefined;
  readonly rounds: readonly Round[];
  /** Of two joined results: which one it is from. */
  readonly when?: 'before' | 'after';
}

/** One turn: a fresh process, a warm-up, a measurement. */
export interface Round {
  /** From 1 on. */
  readonly round: number;
  /** Its position in the round, from 1 on. */
  readonly turn: number;
  /** From the start of the process until it listened. */
  readonly startMs: number;
  readonly groups: readonly GroupLoad[];
  /** Undefined when the server had ended early. */
  readonly usage: Usage | undefined;
  /** What went wrong with the server. */
  readonly failure?: string;
}

/** What one group of clients measured. */
export interface GroupLoad {
  readonly name: string;
  readonly load: LoadResult;
}

/** What the server's processes used during the measurement. */
export interface Usage {
  /** The time that the counters below cover. */
  readonly windowMs: number;
  readonly userMs: number;
  readonly systemMs: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  /** Peak of the resident memory since the start, as the kernel counts it. */
  readonly peakRssBytes: number;
  /** Maximum at any time. */
  readonly threads: number;
  /** Maximum at any time. */
  readonly descriptors: number;
  readonly timeline: readonly UsagePoint[];
}

/** One interval of the measurement. */
export interface UsagePoint {
  /** Its end, counted from the start of the measurement. */
  readonly atMs: number;
  /** Average number of busy processors. */
  readonly cores: number;
  /** At its end. */
  readonly rssBytes: number;
}

/**
 * @returns undefined if it is something else
 * @throws TypeError if it is a result of another version
 */
export function readComparison(json: unknown): Comparison | undefined {
  if (typeof json !== 'object' || json === null || !('format' in json) || json.format !== FORMAT) return undefined;
  const { version } = json as { version?: unknown };
  if (version === VERSION) return json as Comparison;
  throw new TypeError(
    `cannot read the result: its version must be ${VERSION}, got ${JSON.stringify(version)}; measure again`,
  );
}

/** Reads the environment. Call it before the measurement, which is a load itself. */
export function readLabEnvironment(): LabEnvironment {
  const { cpu, cores, memoryBytes, loadBefore, os, node, commit } = readEnvironment(import.meta.dirname);
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version: lab } = JSON.parse(manifest) as { version: string };
  return { cpu, cores, memoryBytes, loadBefore, os, node, lab, ...(commit !== undefined && { commit }) };
}
