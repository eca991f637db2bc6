/**
 * The time limits of a server, by phase of the conversation. A silent or slow peer holds a descriptor in the select
 * server and a thread in the pool; the limits say for how long.
 */
import type { PhaseDeclaration } from '@concurrent-primes/session';

/** The limit of each phase. */
export type PhaseLimits = Readonly<Record<string, PhaseDeclaration>>;

/** The longest limit, about 11 days: every operating system's timeouts can represent it. */
const MAX_TIMEOUT_MS = 1_000_000_000;

/**
 * Returns the limits that a conversation declares, with some of them replaced.
 *
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
