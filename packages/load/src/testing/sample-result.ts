import { Histogram } from '../histogram.ts';
import type { Summary } from '../histogram.ts';
import type { Latencies, LoadResult } from '../load-result.ts';
import { PLAN } from './sample-plan.ts';

/** What a test wants to see in a result. */
export interface Figures {
  readonly p99Ms: number;
  readonly requests: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly unfinished: number;
  readonly rate: number;
}

/** A result with these figures. */
export function loadResult({ p99Ms, requests, errors, unfinished, rate }: Figures): LoadResult {
  const none = new Histogram();
  const same = <T>(value: T): Latencies<T> => ({
    connect: value,
    count: value,
    lastPrime: value,
    done: value,
    uncorrected: value,
  });
  const summary: Summary = { ...none.summary(), count: requests, p99Ms };
  return {
    version: 1,
    plan: PLAN,
    interrupted: false,
    elapsedMs: 1000,
    requests,
    unfinished,
    resent: 0,
    errors,
    requestsPerSecond: rate,
    bytes: 0,
    latency: same(summary),
    perClient: [requests],
    timeline: [],
    misbehaving: {},
    client: { cpuMs: 0, busy: 0, lateMs: 0 },
    histograms: same(none.encode()),
  };
}
