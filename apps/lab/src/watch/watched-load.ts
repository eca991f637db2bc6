/** A scenario's load at full speed, again and again, against servers that are watched. */
import { LOOPBACK } from '@concurrent-primes/harness';
import { type LoadPlan, runLoad } from '@concurrent-primes/load';
import { planFor } from '../compare/load-plan.ts';
import type { Scenario } from '../compare/scenario.ts';

/** Long enough that restarts of the load don't disturb the picture. */
const ROUND_MS = 60_000;

/**
 * Sends the load of a scenario until the signal aborts.
 *
 * @param scenario - its groups of clients
 * @param ports - of the servers
 * @param seed - of the clients
 */
export async function sendLoad(
  scenario: Scenario,
  ports: readonly number[],
  seed: number,
  signal: AbortSignal,
): Promise<void> {
  const plans = ports.flatMap((port) =>
    scenario.groups.map((group, index): LoadPlan => ({
      ...planFor(group, scenario, { greeting: false, sendSum: true }, port, seed + index),
      host: LOOPBACK,
      durationMs: ROUND_MS,
    })),
  );
  await Promise.all(
    plans.map(async (plan) => {
      while (!signal.aborted) await runLoad(plan, { signal });
    }),
  );
}
