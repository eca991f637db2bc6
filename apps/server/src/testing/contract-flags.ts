/** The options of the contract's cases as flags of the `server` command. */
import type { StartOptions } from '@concurrent-primes/fixtures';
import type { Architecture } from '../architectures.ts';

/**
 * Returns flags for the options that only some architectures have. Others are omitted: the contract expects no effect of
 * them.
 *
 * @param architecture - architecture of the server
 * @param options - options of a case
 */
export function ownFlags(architecture: Architecture, { quantum, threads, queue }: StartOptions): string[] {
  const known = new Set(architecture.options.map((option) => option.attributeName()));
  return asFlags(Object.entries({ quantum, threads, queue }).filter(([name]) => known.has(name)));
}

/**
 * Returns flags for the options that all architectures have.
 *
 * @param options - options of a case
 */
export function commonFlags({ maxClients, maxWidth, limits = {}, drainTimeoutMs, greeting }: StartOptions): string[] {
  const flags = asFlags([
    ['max-clients', maxClients],
    ['max-width', maxWidth],
    ['idle-timeout', inSeconds(limits.idleTimeoutMs)],
    ['request-timeout', inSeconds(limits.requestTimeoutMs)],
    ['send-timeout', inSeconds(limits.sendTimeoutMs)],
    ['sum-timeout', inSeconds(limits.sumTimeoutMs)],
    ['drain-timeout', inSeconds(drainTimeoutMs)],
  ]);
  return [...flags, ...(greeting ? ['--greeting'] : [])];
}

function asFlags(values: readonly (readonly [name: string, value: number | undefined])[]): string[] {
  return values.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}

function inSeconds(timeMs: number | undefined): number | undefined {
  return timeMs === undefined ? undefined : timeMs / 1000;
}
