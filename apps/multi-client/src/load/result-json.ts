/** Results as JSON documents, with the machine that they were measured on. */
import { type Condition, holds, type LoadResult, type MaxRate, measure } from '@concurrent-primes/load';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Version of the documents' shape; the result in them has its own. */
const VERSION = 1;

/** What a result was measured on; only results of the same environment can be compared. */
export type Environment = ReturnType<typeof environment>;

/** Reads the environment. */
export function environment() {
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
 * @returns one document, with its line end
 */
export function renderJson(result: LoadResult, failIf: readonly Condition[], machine: Environment): string {
  const thresholds = failIf.map((condition) => ({
    failIf: condition.text,
    measured: measure(condition.metric, result),
    failed: holds(condition, result),
  }));
  return document({ version: VERSION, environment: machine, result: plain(result), thresholds });
}

/**
 * Writes the result of a search.
 *
 * @returns one document, with its line end
 */
export function renderSearchJson(
  { best, knee, trials }: MaxRate,
  goal: Condition,
  machine: Environment,
  interrupted: boolean,
): string {
  const search = {
    goal: goal.text,
    interrupted,
    bestRate: best ?? null,
    kneeRate: knee ?? null,
    trials: trials.map(({ rate, good, result }) => ({ rate, good, result: plain(result) })),
  };
  return document({ version: VERSION, environment: machine, search });
}

/** Replaces the verifier, whose options are memory. */
function plain(result: LoadResult): object {
  const { verify, ...plan } = result.plan;
  return { ...result, plan: { ...plan, verify: verify !== undefined } };
}

/** Indents everything except a histogram's numbers, which would fill thousands of lines. */
function document(value: object): string {
  const lists = /\[\s+(?:[\d.e+-]+,?\s+)+\]/g;
  return `${JSON.stringify(value, null, 2).replaceAll(lists, (list) => list.replaceAll(/\s+/g, ''))}\n`;
}
