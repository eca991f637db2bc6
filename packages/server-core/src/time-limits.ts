/**
 * How long a server waits for a peer, by kind of waiting. Each limit bounds what one silent or slow peer can hold: a
 * descriptor in the select server, a whole thread in the pool.
 */
import type { Phase } from './session.ts';

/** The limits, in milliseconds. */
export interface TimeLimits {
  /** From connecting, or from the end of an exchange, to the first byte of the next request. */
  readonly idleTimeoutMs: number;
  /** From a request's first byte to its last. */
  readonly requestTimeoutMs: number;
  /** Without the peer taking a single byte of its answer. */
  readonly sendTimeoutMs: number;
  /** From the answer's last byte to the whole sum. */
  readonly sumTimeoutMs: number;
  /** After a refusal, for the peer to close, so that it can read the refusal before the connection goes. */
  readonly farewellTimeoutMs: number;
}

/** The limits of a server that was given none. */
export const DEFAULT_TIME_LIMITS: TimeLimits = {
  // A person at a keyboard may think for a while before the next request; a forgotten connection ends within a minute.
  idleTimeoutMs: 60_000,
  // Eight bytes at one byte a second take seven seconds; who needs three times that is not going to finish.
  requestTimeoutMs: 20_000,
  // A dead network path is noticed here; it spans several TCP retransmissions (1 + 2 + 4 + 8 seconds).
  sendTimeoutMs: 30_000,
  // The peer adds while it reads, so its sum is ready with the last prime.
  sumTimeoutMs: 10_000,
  // A peer that reads at all has the 4 bytes within a round trip.
  farewellTimeoutMs: 2_000,
};

/** The longest limit, some 11 days: what the timeouts of the operating system's calls can hold everywhere. */
const MAX_LIMIT_MS = 1_000_000_000;

/**
 * The limits of a server that was given some of them.
 *
 * @throws RangeError for one that is not above 0 and at most 10^9.
 */
export function completeLimits(given: Partial<TimeLimits> = {}): TimeLimits {
  const limits = { ...DEFAULT_TIME_LIMITS, ...given };
  for (const [name, limitMs] of Object.entries<number>({ ...limits })) {
    if (!(limitMs > 0 && limitMs <= MAX_LIMIT_MS)) {
      throw new RangeError(`${name} must be more than 0 and at most ${MAX_LIMIT_MS} milliseconds, got ${limitMs}`);
    }
  }
  return limits;
}

/** The limit that applies in a phase, in milliseconds. */
export function timeLimitMs(limits: TimeLimits, phase: Phase): number {
  switch (phase) {
    case 'idle':
      return limits.idleTimeoutMs;
    case 'request':
      return limits.requestTimeoutMs;
    case 'answer':
      return limits.sendTimeoutMs;
    case 'sum':
      return limits.sumTimeoutMs;
    case 'farewell':
      return limits.farewellTimeoutMs;
  }
}
