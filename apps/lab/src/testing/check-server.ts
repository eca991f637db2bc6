/** Checks a server in this process, with what tests need: a short timeout, chosen checks, and the result in short. */
import type { CheckReport, CheckSettings } from '../check/check.ts';
import { selectChecks } from '../check/checks.ts';
import { runChecks } from '../check/run-checks.ts';
import { AddressTarget } from '../check/check-target.ts';
import { startSimpleServer, type Traits } from './simple-server.ts';

/** Nobody interrupts. */
export const NEVER: AbortSignal = new AbortController().signal;

/** What tests check with: patient enough for a busy machine, and without what takes a simple server long. */
export const SETTINGS: CheckSettings = {
  seed: 1,
  timeoutMs: 1500,
  clients: 10,
  sum: true,
  greeting: false,
  maxWidth: 1_000_000,
  full: false,
};

/**
 * Starts a server and checks it.
 *
 * @param only - names of checks and groups; none: all
 */
export async function checkServer(
  traits: Traits,
  only: readonly string[] = [],
  settings: Partial<CheckSettings> = {},
): Promise<CheckReport> {
  await using server = await startSimpleServer(traits);
  return await runChecks({
    checks: selectChecks(only),
    settings: { ...SETTINGS, ...settings },
    target: new AddressTarget('127.0.0.1', server.port),
    interrupt: NEVER,
  });
}

/**
 * The failures of a report.
 *
 * @returns the name of each failed check with that of its diagnosis
 */
export function failuresOf({ results }: CheckReport): Record<string, string> {
  return Object.fromEntries(
    results.flatMap((result) => (result.status === 'failed' ? [[result.name, result.failure.diagnosis]] : [])),
  );
}
