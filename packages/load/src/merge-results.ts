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
    resent: total(({ resent }) => resent),
    errors: sumByName<number>(
      results.map(({ errors }) => errors),
      (one, other) => one + other,
    ),
    requestsPerSecond: elapsedMs === 0 ? 0 : total(({ requestsInTime }) => requestsInTime) / (elapsedMs / 1000),
    bytes: total(({ bytes }) => bytes),
    latency: latency as Latencies<Summary>,
    perClient: plan.model.kind === 'closed' ? perClient(plan, threads) : [],
    timeline,
    drain,
    misbehaving: sumByName(
      results.map(({ misbehaving }) => misbehaving),
      addVisits,
    ),
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

function sumByName<Value>(
  parts: readonly Readonly<Record<string, Value>>[],
  add: (one: Value, other: Value) => Value,
): Record<string, Value> {
  const sums: Record<string, Value> = {};
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    const sum = sums[name];
    sums[name] = sum === undefined ? value : add(sum, value);
  }
  return sums;
}

function addVisits(one: MisbehavingResult, other: MisbehavingResult): MisbehavingResult {
  return {
    clients: one.clients + other.clients,
    visits: one.visits + other.visits,
    errors: one.errors + other.errors,
  };
}
