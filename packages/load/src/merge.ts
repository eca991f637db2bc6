/** One result of the threads' results: counts are added, histograms merged, the busiest thread speaks for all. */
import { mergeHistograms } from './histogram.ts';
import type { LoopResult } from './loop.ts';
import { goodClients, type ThreadPart } from './plan.ts';
import {
  type EncodedHistogram,
  LATENCY_PARTS,
  type Latencies,
  type LoadPlan,
  type LoadResult,
  type MisbehavingResult,
  type Summary,
  type TimelinePoint,
} from './types.ts';

/** What came of one thread. */
export interface ThreadOutcome {
  readonly part: ThreadPart;
  readonly result: LoopResult;
}

/**
 * Puts the outcomes of all threads together.
 *
 * @param plan - what was run
 * @param threads - at least one
 * @param interrupted - see {@link LoadResult.interrupted}
 * @param timeline - see {@link LoadResult.timeline}
 * @param drain - see {@link LoadResult.drain}
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
