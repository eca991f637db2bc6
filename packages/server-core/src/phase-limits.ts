/**
 * The time limits of a server, by phase of the conversation. A silent or slow peer holds a descriptor in the select
 * server and a thread in the pool; the limits say for how long.
 */
import type { PhaseDeclaration } from '@concurrent-primes/session';

/** The limit of a phase. */
export interface PhaseLimit extends PhaseDeclaration {
  /** Of a `progress` phase: the bytes that the peer must take for its limit to start again. Default: 1. */
  readonly leastBytes?: number;
}

/** The limit of each phase. */
export type PhaseLimits = Readonly<Record<string, PhaseLimit>>;

/** What replaces or extends the limits that a conversation declares. */
export interface LimitOptions {
  /** Time limits by phase, in milliseconds; default: those that the conversation declares. */
  readonly timeoutsMs?: Readonly<Record<string, number | undefined>> | undefined;
  /** Time limit before the first byte of a connection, in milliseconds; default: what the conversation declares. */
  readonly firstTimeoutMs?: number | undefined;
  /**
   * Bytes a second that a client must take while it is sent an answer, averaged over the time limit of that phase;
   * default: any byte will do.
   */
  readonly minSendRate?: number | undefined;
}

/** The longest limit, about 11 days: every operating system's timeouts can represent it. */
const MAX_TIMEOUT_MS = 1_000_000_000;

/**
 * Returns the limits that a conversation declares, with some of them replaced.
 *
 * @throws RangeError for a phase that the conversation doesn't have, a limit that is not above 0 and at most 10^9, or a
 *   negative rate
 */
export function phaseLimits(
  phases: PhaseLimits,
  { timeoutsMs = {}, firstTimeoutMs, minSendRate = 0 }: LimitOptions = {},
): PhaseLimits {
  const limits: Record<string, PhaseLimit> = { ...phases };
  for (const [phase, timeoutMs] of Object.entries(timeoutsMs)) {
    const declared = limits[phase];
    if (declared === undefined) {
      throw new RangeError(`cannot limit a phase: must be ${Object.keys(phases).join(', ')}, got ${phase}`);
    }
    if (timeoutMs === undefined) continue;
    checkTimeout(`the phase ${phase}`, timeoutMs);
    limits[phase] = { ...declared, timeoutMs };
  }
  if (firstTimeoutMs !== undefined) checkTimeout('the first request', firstTimeoutMs);
  if (!(minSendRate >= 0 && minSendRate < Infinity)) {
    throw new RangeError(`cannot limit the rate: needs at least 0 bytes a second, got ${minSendRate}`);
  }
  for (const [phase, limit] of Object.entries(limits)) {
    const { kind, timeoutMs } = limit;
    if (kind === 'idle') {
      limits[phase] = {
        ...limit,
        firstTimeoutMs: Math.min(timeoutMs, firstTimeoutMs ?? limit.firstTimeoutMs ?? Infinity),
      };
    } else if (kind === 'progress') {
      limits[phase] = { ...limit, leastBytes: Math.max(1, Math.ceil((minSendRate * timeoutMs) / 1000)) };
    }
  }
  return limits;
}

function checkTimeout(what: string, timeoutMs: number): void {
  if (timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS) return;
  throw new RangeError(
    `cannot limit ${what}: needs more than 0 and at most ${MAX_TIMEOUT_MS} milliseconds, got ${timeoutMs}`,
  );
}
