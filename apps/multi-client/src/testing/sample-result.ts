import { Histogram, type Latencies, type LoadPlan, type LoadResult } from '@concurrent-primes/load';

/** Two clients for two seconds. */
export const PLAN: LoadPlan = {
  host: '127.0.0.1',
  port: 65_432,
  model: { kind: 'closed', clients: 2 },
  threads: 1,
  durationMs: 2000,
  warmupMs: 500,
  seed: 1,
  intervals: { kind: 'step', first: [100, 200], step: 1000 },
  keepAlive: false,
  greeting: false,
  sendSum: true,
  with: [],
};

/** 1000 requests of 1, 2, ... 1000 ms. */
function latencies(): Histogram {
  const histogram = new Histogram();
  for (let timeMs = 1; timeMs <= 1000; timeMs++) histogram.record(timeMs);
  return histogram;
}

/** A result that has something of everything, to be changed by a test. */
export function loadResult(changes: Partial<LoadResult> = {}): LoadResult {
  const done = latencies();
  const connect = new Histogram();
  connect.record(0.085);
  const each = <T>(of: (histogram: Histogram) => T): Latencies<T> => ({
    connect: of(connect),
    count: of(done),
    lastPrime: of(done),
    done: of(done),
    uncorrected: of(done),
  });
  return {
    version: 1,
    plan: PLAN,
    interrupted: false,
    elapsedMs: 2000,
    requests: 1000,
    unfinished: 0,
    resent: 0,
    errors: {},
    requestsPerSecond: 500,
    bytes: 2_500_000,
    latency: each((histogram) => histogram.summary()),
    perClient: [600, 400],
    timeline: [
      { atMs: 1000, requests: 480, errors: 0, p50Ms: 1.25, p99Ms: 20, bytes: 1_200_000 },
      { atMs: 2000, requests: 520, errors: 3, p50Ms: 1.5, p99Ms: 1 / 3, bytes: 1_300_000 },
    ],
    misbehaving: {},
    client: { cpuMs: 50, busy: 0.25, lateMs: 0.0421 },
    histograms: each((histogram) => histogram.encode()),
    ...changes,
  };
}
