/**
 * The load engine alone in a process, so that its processor time can be measured. It prints its result in the form of
 * the C load client (peers/load.cpp), so that the same code reads both.
 *
 * The processor time covers the measured time, with all threads: not the start of Node, the warm-up, or the verifier's
 * preparation.
 *
 * Usage: engine PLAN [verified], where PLAN is a LoadPlan as JSON; `verified` compares each answer with the sieve
 */
import { errorCount, type LoadPlan, runLoad, type Summary } from '@concurrent-primes/load';
import { prepareVerifier } from '@concurrent-primes/load/verifier';
import type { LoadResult, Percentiles } from '../servers/load-client.ts';

const US_PER_MS = 1000;

const [planText = '{}', verified] = process.argv.slice(2);
const verify = verified === undefined ? undefined : await prepareVerifier();
const result = await runLoad({ ...(JSON.parse(planText) as LoadPlan), verify });
const { requests, elapsedMs, bytes, latency, client } = result;
const printed: LoadResult = {
  ...{ requests, elapsedMs, bytes, cpuMs: client.cpuMs, busy: client.busy },
  errors: errorCount(result) + result.unfinished,
  latencyUs: percentilesOf(latency.lastPrime),
  countUs: percentilesOf(latency.count),
  jain: null,
};
process.stdout.write(`${JSON.stringify(printed)}\n`);

function percentilesOf({ p50Ms, p90Ms, p99Ms, p999Ms, maxMs, meanMs, count }: Summary): Percentiles {
  const us = (ms: number): number => ms * US_PER_MS;
  return { p50: us(p50Ms), p90: us(p90Ms), p99: us(p99Ms), p999: us(p999Ms), max: us(maxMs), mean: us(meanMs), count };
}
