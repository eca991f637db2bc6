/** A small request beside clients that take all they can: the situation in which a loop has to be fair. */
import type { Metrics } from '../metrics.ts';
import { LONG_SECONDS, WHOLE } from './load-client.ts';
import { latencyMetrics, perSecond } from './load-metrics.ts';
import type { Sample } from './server-sample.ts';

/** Number of clients that stream all primes of an int32. */
export const STREAMS = 64;

/** How long the small requests are made. */
export interface BesideStreams {
  readonly warmupSeconds: number;
  readonly seconds: number;
}

/**
 * One client asks for [100, 200] again and again while {@link STREAMS} others stream.
 *
 * @returns the latencies of the one client, and the throughput of all others together
 */
export async function askBesideStreams(
  { run, stay }: Sample,
  { warmupSeconds, seconds }: BesideStreams,
): Promise<Metrics & { readonly p99Ms: number; readonly bytesPerSecond: number }> {
  await run('ask', { clients: 1, seconds: warmupSeconds });
  const streams = await stay('stream', { clients: STREAMS, interval: WHOLE, seconds: LONG_SECONDS });
  const asked = await run('ask', { clients: 1, seconds });
  const streamed = await streams.finish();
  return { ...latencyMetrics(asked.latencyUs), bytesPerSecond: perSecond(streamed.bytes, streamed) };
}
