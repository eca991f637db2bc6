/** Metrics from what a load reports. */
import { readCpuMs, readMemory } from '@concurrent-primes/harness';
import { availableParallelism } from 'node:os';
import type { Metrics } from '../metrics.ts';
import { type LoadOptions, type LoadResult, LONG_SECONDS, type Percentiles, WHOLE } from './load-client.ts';
import type { Sample } from './server-sample.ts';

const US_PER_MS = 1000;

/** Number of clients of {@link askBesideStreams} that stream all primes of an int32. */
export const STREAMS = 64;

/** The metrics of {@link measureRequests} that reports list. */
export const REQUEST_DETAILS = [
  'cpuPerRequestMs',
  'requestsPerSecond',
  'p50Ms',
  'p99Ms',
  'p999Ms',
  'rssBytes',
  'peakRssBytes',
  'clientBusy',
  'clientShare',
] as const;

/**
 * Measures asking clients. The server is idle before and after, so all its processor time in between belongs to the
 * requests, connecting and closing included.
 */
export async function measureRequests({ server, run }: Sample, options: LoadOptions): Promise<Metrics> {
  const beforeMs = readCpuMs(server.pid);
  const result = await run('ask', options);
  const cpuMs = readCpuMs(server.pid) - beforeMs;
  return {
    cpuPerRequestMs: cpuMs / result.requests,
    requestsPerSecond: perSecond(result.requests, result),
    ...latencyMetrics(result.latencyUs),
    ...readMemory(server.pid),
    ...clientMetrics(result),
  };
}

/**
 * Measures one client that asks for [100, 200] again and again while {@link STREAMS} others take all they can: the
 * situation in which a loop has to be fair.
 *
 * @returns the latencies of the one client, and the throughput of all others together
 */
export async function askBesideStreams(
  { run, stay }: Sample,
  { warmupSeconds, seconds }: { readonly warmupSeconds: number; readonly seconds: number },
): Promise<Metrics & { readonly p99Ms: number; readonly bytesPerSecond: number }> {
  await run('ask', { clients: 1, seconds: warmupSeconds });
  const streams = await stay('stream', { clients: STREAMS, interval: WHOLE, seconds: LONG_SECONDS });
  const asked = await run('ask', { clients: 1, seconds });
  const streamed = await streams.finish();
  return { ...latencyMetrics(asked.latencyUs), bytesPerSecond: perSecond(streamed.bytes, streamed) };
}

/**
 * Percentiles of the latency.
 *
 * @throws RangeError if there are none: the load prints zeros then, which would be the best possible latency
 */
export function latencyMetrics(latency: Percentiles): Record<'p50Ms' | 'p90Ms' | 'p99Ms' | 'p999Ms', number> {
  const { p50, p90, p99, p999 } = measured(latency);
  return { p50Ms: p50 / US_PER_MS, p90Ms: p90 / US_PER_MS, p99Ms: p99 / US_PER_MS, p999Ms: p999 / US_PER_MS };
}

/** The median time from `connect` to N; throws if there is none. */
export function countMetrics(count: Percentiles): Metrics {
  return { countMs: measured(count).p50 / US_PER_MS };
}

function measured(percentiles: Percentiles): Percentiles {
  if (percentiles.count > 0) return percentiles;
  throw new RangeError('cannot take percentiles: there must be at least 1 time, got 0');
}

/** How much the client had to do: as a share of its own time, and of the machine. */
export function clientMetrics({ busy, cpuMs, elapsedMs }: LoadResult): Metrics {
  const share = cpuMs / elapsedMs;
  // A thread that runs all the time is at its limit, even if it counts some of that as waiting.
  return { clientBusy: Math.max(busy, share), clientShare: share / availableParallelism() };
}

/** A number that a load has counted, by second. */
export function perSecond(count: number, { elapsedMs }: LoadResult): number {
  return count / (elapsedMs / 1000);
}
