/** A small request beside clients that take all they can get: the situation in which a loop has to be fair. */
import type { Figures } from '../figures.ts';
import { latencyFigures, perSecond } from './figures.ts';
import { WHOLE } from './intervals.ts';
import type { Site } from './site.ts';

/** How many stream all primes of an int32 meanwhile. */
export const STREAMS = 64;

/** Longer than a sample takes; the load is stopped before. */
const LONG_SECONDS = 300;

/** For how long. */
export interface BesideStreams {
  readonly warmupSeconds: number;
  readonly seconds: number;
}

/**
 * One client asks for [100, 200] again and again while {@link STREAMS} others stream.
 *
 * @returns the one's latencies, and what all the others got together
 */
export async function askBesideStreams(
  site: Site,
  { warmupSeconds, seconds }: BesideStreams,
): Promise<Figures & { readonly p99Ms: number; readonly bytesPerSecond: number }> {
  await site.run('ask', { clients: 1, seconds: warmupSeconds });
  const streams = await site.stay('stream', { clients: STREAMS, interval: WHOLE, seconds: LONG_SECONDS });
  const asked = await site.run('ask', { clients: 1, seconds });
  const streamed = await streams.stop();
  const latency = latencyFigures(asked.latencyUs);
  return { ...latency, bytesPerSecond: perSecond(streamed.bytes, streamed) };
}
