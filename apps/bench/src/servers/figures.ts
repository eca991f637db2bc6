/** What a load tells, as figures. */
import { availableParallelism } from 'node:os';
import type { Figures } from '../figures.ts';
import type { LoadOptions, LoadResult, Percentiles } from './load.ts';
import { readCpuMs, readMemory } from './proc.ts';
import type { Site } from './site.ts';

const US_PER_MS = 1000;

type LatencyName = 'p50Ms' | 'p90Ms' | 'p99Ms' | 'p999Ms';

/** What a measured load brings, for a server whose every request is the load's. */
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
 * Lets clients ask, and takes all that can be said of it.
 *
 * The server is idle before and after, and all its time between belongs to the load's requests: the processor time for
 * a request holds connecting and closing, and no part of a request is in no figure.
 */
export async function measureRequests({ server, run }: Site, options: LoadOptions): Promise<Figures> {
  const beforeMs = readCpuMs(server.pid);
  const result = await run('ask', options);
  const cpuMs = readCpuMs(server.pid) - beforeMs;
  return {
    cpuPerRequestMs: cpuMs / result.requests,
    requestsPerSecond: perSecond(result.requests, result),
    ...latencyFigures(result.latencyUs),
    ...readMemory(server.pid),
    ...clientFigures(result),
  };
}

/**
 * Percentiles of the latency.
 *
 * @throws RangeError if there are none: a load writes zeros then, which would be the best latency there is
 */
export function latencyFigures(latency: Percentiles): Required<Pick<Figures, LatencyName>> {
  const { p50, p90, p99, p999 } = measured(latency);
  return { p50Ms: p50 / US_PER_MS, p90Ms: p90 / US_PER_MS, p99Ms: p99 / US_PER_MS, p999Ms: p999 / US_PER_MS };
}

/**
 * The median of the times from `connect` to N.
 *
 * @throws RangeError if there are none
 */
export function countFigures(count: Percentiles): Figures {
  return { countMs: measured(count).p50 / US_PER_MS };
}

function measured(percentiles: Percentiles): Percentiles {
  if (percentiles.count > 0) return percentiles;
  throw new RangeError('Cannot take percentiles: there must be at least 1 time, the load has measured 0');
}

/** How much the client had to do: of its own time, and of the machine. */
export function clientFigures({ busy, cpuMs, elapsedMs }: LoadResult): Figures {
  const share = cpuMs / elapsedMs;
  // One thread that runs all the time is at its limit, wherever it believes to wait.
  return { clientBusy: Math.max(busy, share), clientShare: share / availableParallelism() };
}

/** Something that a load has counted, in a second. */
export function perSecond(count: number, { elapsedMs }: LoadResult): number {
  return count / (elapsedMs / 1000);
}
