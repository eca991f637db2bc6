/**
 * The load engine of `@concurrent-primes/load`, alone in a process, whose processor time is then the engine's. It
 * tells what came of its plan in the words of the C load client (peers/load.cpp), so that both are read by the same
 * eyes.
 *
 * The processor time is that of the measured time, of all threads: no start of Node, no warm-up, and nothing that a
 * verifier has to do before it can compare.
 *
 * Usage: load-engine PLAN [VERIFIER], where PLAN is a LoadPlan as JSON, and VERIFIER the URL of a module that exports
 * `prepareVerifier`
 */
import { errorCount, type LoadPlan, runLoad, type Summary, type VerifierModule } from '@concurrent-primes/load';
import type { LoadResult, Percentiles } from '../servers/load.ts';

const US_PER_MS = 1000;

const [planText = '{}', verifierUrl] = process.argv.slice(2);
const verify = verifierUrl === undefined ? undefined : await prepare(verifierUrl);
const result = await runLoad({ ...(JSON.parse(planText) as LoadPlan), verify });
const { requests, elapsedMs, bytes, latency, client } = result;
const told: LoadResult = {
  requests,
  errors: errorCount(result) + result.unfinished,
  elapsedMs,
  cpuMs: client.cpuMs,
  bytes,
  latencyUs: percentilesOf(latency.lastPrime),
  countUs: percentilesOf(latency.count),
  jain: null,
  busy: client.busy,
};
process.stdout.write(`${JSON.stringify(told)}\n`);

async function prepare(url: string): Promise<VerifierModule> {
  const { prepareVerifier } = (await import(url)) as { prepareVerifier: () => Promise<VerifierModule> };
  return prepareVerifier();
}

function percentilesOf({ p50Ms, p90Ms, p99Ms, p999Ms, maxMs, meanMs, count }: Summary): Percentiles {
  const us = (ms: number): number => ms * US_PER_MS;
  return { p50: us(p50Ms), p90: us(p90Ms), p99: us(p99Ms), p999: us(p999Ms), max: us(maxMs), mean: us(meanMs), count };
}
