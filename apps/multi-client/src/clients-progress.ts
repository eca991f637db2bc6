/** The progress of a run, for the line that a terminal shows. */
import { PRIME_BYTES } from '@concurrent-primes/protocol';

/** Counted by the run. */
export interface Progress {
  /** Clients whose exchange has ended. */
  done: number;
  /** Clients that have received N, or have ended without it. The others may wait in the server's queue. */
  begun: number;
  /** Primes that all clients have received. */
  primes: number;
}

/**
 * Says what a run waits for.
 *
 * @param progress - of the run
 * @param clients - number of clients
 * @param elapsedMs - time since the run began, in milliseconds
 */
export function progressText({ done, begun, primes }: Readonly<Progress>, clients: number, elapsedMs: number): string {
  const queued = begun < clients ? ` (${clients - begun} not begun)` : '';
  const megabytesPerSecond = ((primes * PRIME_BYTES) / 1e6 / (elapsedMs / 1000)).toFixed(1);
  return `waiting for ${clients - done} of ${clients} answers${queued}, ${primes} primes, ${megabytesPerSecond} MB/s`;
}
