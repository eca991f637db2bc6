/** Results as JSON documents, for programs; with what it was measured on. */
import { type Condition, holds, type LoadResult, type MaxRate, measure } from '@concurrent-primes/load';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Version of the documents' shape; that of the result has its own. */
const VERSION = 1;

/** What a result was measured on; two results compare only if theirs do. */
export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly release: string;
  readonly arch: string;
  readonly cpu: string;
  /** How many threads can run at once. */
  readonly parallelism: number;
  readonly memoryBytes: number;
  /** Mean number of threads that wanted to run in the last minute. */
  readonly loadAverage: number;
  /** When it was looked at, ISO 8601. */
  readonly at: string;
}

/** Looks around. */
export function environment(): Environment {
  return {
    node: process.version,
    platform: platform(),
    release: release(),
    arch: arch(),
    cpu: cpus()[0]?.model ?? 'unknown',
    parallelism: availableParallelism(),
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0]!,
    at: new Date().toISOString(),
  };
}

/**
 * Writes a result.
 *
 * @param result - of a run
 * @param failIf - the thresholds
 * @param where - see {@link Environment}
 * @returns one document, with its line end
 */
export function renderJson(result: LoadResult, failIf: readonly Condition[], where: Environment): string {
  const thresholds = failIf.map((condition) => ({
    failIf: condition.text,
    measured: measure(condition.metric, result),
    failed: holds(condition, result),
  }));
  return document({ version: VERSION, environment: where, result: plain(result), thresholds });
}

/**
 * Writes what a search found.
 *
 * @param found - see {@link MaxRate}
 * @param goal - what had to hold
 * @param where - see {@link Environment}
 * @param interrupted - whether the user ended it before it was over
 */
export function renderSearchJson(
  { best, knee, trials }: MaxRate,
  goal: Condition,
  where: Environment,
  interrupted: boolean,
): string {
  const search = {
    goal: goal.text,
    interrupted,
    bestRate: best ?? null,
    kneeRate: knee ?? null,
    trials: trials.map(({ rate, good, result }) => ({ rate, good, result: plain(result) })),
  };
  return document({ version: VERSION, environment: where, search });
}

/** Without the verifier's options: they are memory. */
function plain(result: LoadResult): object {
  const { verify, ...plan } = result.plan;
  return { ...result, plan: { ...plan, verify: verify !== undefined } };
}

/** Indented, but for the numbers of a histogram: thousands of lines of them would hide all else. */
function document(value: object): string {
  const lists = /\[\s+(?:[\d.e+-]+,?\s+)+\]/g;
  return `${JSON.stringify(value, null, 2).replaceAll(lists, (list) => list.replaceAll(/\s+/g, ''))}\n`;
}
