/**
 * The time limits of a server, by phase of the conversation. Each limit bounds what one silent or slow peer can hold: a
 * descriptor in the select server, a whole thread in the pool.
 */
import type { PhaseDeclaration } from '@concurrent-primes/session';

/** The limit of each phase. */
export type PhaseLimits = Readonly<Record<string, PhaseDeclaration>>;

/** The longest limit, some 11 days: the timeouts of the operating system's calls can hold that everywhere. */
const MAX_TIMEOUT_MS = 1_000_000_000;

/**
 * The limits that a conversation declares, with some of them replaced.
 *
 * @param phases - the phases of the conversation
 * @param timeoutsMs - time limits by phase, in milliseconds
 * @throws RangeError for a phase that the conversation doesn't have, or a limit that is not above 0 and at most 10^9
 */
export function phaseLimits(
  phases: PhaseLimits,
  timeoutsMs: Readonly<Record<string, number | undefined>> = {},
): PhaseLimits {
  const limits: Record<string, PhaseDeclaration> = { ...phases };
  for (const [phase, timeoutMs] of Object.entries(timeoutsMs)) {
    const declared = limits[phase];
    if (declared === undefined) {
      throw new RangeError(`cannot limit a phase: must be ${Object.keys(phases).join(', ')}, got ${phase}`);
    }
    if (timeoutMs === undefined) continue;
    if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
      throw new RangeError(
        `cannot limit the phase ${phase}: needs more than 0 and at most ${MAX_TIMEOUT_MS} milliseconds, got ${timeoutMs}`,
      );
    }
    limits[phase] = { ...declared, timeoutMs };
  }
  return limits;
}
