/** Merges the results of all threads: counts are added, histograms merged, and the busiest thread counts. */
import { type EncodedHistogram, mergeHistograms, type Summary } from './histogram.ts';
import type { LoopResult } from './load-loop.ts';
import type { LoadPlan } from './load-plan.ts';
import {
  LATENCY_PARTS,
  type Latencies,
  type LoadResult,
  type MisbehavingResult,
  type TimelinePoint,
} from './load-result.ts';
import { goodClients, type ThreadPart } from './plan-parts.ts';

/** The part and the result of one thread. */
export interface ThreadOutcome {
  readonly part: ThreadPart;
  readonly result: LoopResult;
}

/**
 * Makes the result of a run.
 *
 * @param plan - of the run
 * @param threads - at least one
 * @param interrupted - see {@link LoadResult}
 * @param timeline - see {@link LoadResult}
 * @param drain - see {@link LoadResult}
 */
export function mergeResults(
  plan: LoadPlan,
  threads: readonly ThreadOutcome[],
  interrupted: boolean,
  timeline: readonly TimelinePoint[],
  drain: TimelinePoint | undefined,
): LoadResult {
  const results = threads.map(({ result }) => result);
  const total = (of: (result: LoopResult) => number): number => results.reduce((sum, result) => sum + of(result), 0);
  const most = (of: (result: LoopResult) => number): number => Math.max(...results.map(of));
  const elapsedMs = most((result) => result.elapsedMs);
  const latency: Partial<Record<keyof Latencies<unknown>, Summary>> = {};
  const histograms: Partial<Record<keyof Latencies<unknown>, EncodedHistogram>> = {};
  for (const part of LATENCY_PARTS) {
    const merged = mergeHistograms(results.map((result) => result.histograms[part]));
    latency[part] = merged.summary();
    histograms[part] = merged.encode();
  }
  return {
    version: 1,
    plan,
    interrupted,
    elapsedMs,
    requests: total(({ requests }) => requests),
    unfinished: total(({ unfinished }) => unfinished),
    errors: sumOfCounts(results.map(({ errors }) => errors)),
    requestsPerSecond: elapsedMs === 0 ? 0 : total(({ requestsInTime }) => requestsInTime) / (elapsedMs / 1000),
    bytes: total(({ bytes }) => bytes),
    latency: latency as Latencies<Summary>,
    perClient: plan.model.kind === 'closed' ? perClient(plan, threads) : [],
    timeline,
    drain,
    misbehaving: sumOfVisits(results.map(({ misbehaving }) => misbehaving)),
    client: {
      cpuMs: total(({ cpuMs }) => cpuMs),
      busy: most(({ busy }) => busy),
      lateMs: most(({ lateMs }) => lateMs),
    },
    histograms: histograms as Latencies<EncodedHistogram>,
  };
}

function perClient(plan: LoadPlan, threads: readonly ThreadOutcome[]): number[] {
  const counts = new Array<number>(goodClients(plan)).fill(0);
  for (const { part, result } of threads) {
    for (const [slot, client] of part.goodClients.entries()) counts[client] = result.perSlot[slot]!;
  }
  return counts;
}

function sumOfCounts(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const part of parts) for (const [name, count] of Object.entries(part)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

function sumOfVisits(parts: readonly LoopResult['misbehaving'][]): Record<string, MisbehavingResult> {
  const sums: Record<string, MisbehavingResult> = {};
  for (const part of parts) {
    for (const [name, { clients, visits, errors }] of Object.entries(part)) {
      const sum = sums[name] ?? { clients: 0, visits: 0, errors: 0 };
      sums[name] = { clients: sum.clients + clients, visits: sum.visits + visits, errors: sum.errors + errors };
    }
  }
  return sums;
}
