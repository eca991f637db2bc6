/** The load engine's plan for a group of clients. */
import { LOOPBACK } from '@concurrent-primes/harness';
import type { LoadPlan } from '@concurrent-primes/load';
import { LAZY_VERIFIER } from '@concurrent-primes/load/verifier';
import type { Group, Scenario } from './scenario.ts';

/** How long requests may go on after the end; one that is unfinished then counts with the time that it has waited. */
const DRAIN_MS = 200;
/** Approximate number of points of a timeline. */
const TIMELINE_POINTS = 20;
/** The engine's smallest step. */
const TIMELINE_STEP_MS = 100;

/** The dialect of the protocol that all servers of a comparison speak. */
export interface Dialect {
  /** The server greets with one byte. */
  readonly greeting: boolean;
  /** The client sends the sum. */
  readonly sendSum: boolean;
}

/** @param seed - random seed of the clients, uint32 */
export function planFor(group: Group, scenario: Scenario, dialect: Dialect, port: number, seed: number): LoadPlan {
  const durationMs = scenario.seconds * 1000;
  const { clients, rate, intervals, keepAlive, verify } = group;
  return {
    host: LOOPBACK,
    port,
    model: rate === undefined ? { kind: 'closed', clients } : { kind: 'open', rate, maxClients: clients },
    threads: 1,
    durationMs,
    warmupMs: scenario.warmupSeconds * 1000,
    seed,
    intervals,
    keepAlive,
    ...dialect,
    with: Object.entries(group.with).map(([name, share]) => ({ name, share })),
    ...(verify && { verify: LAZY_VERIFIER }),
    drainMs: DRAIN_MS,
    timelineMs: Math.max(1, Math.round(durationMs / TIMELINE_POINTS / TIMELINE_STEP_MS)) * TIMELINE_STEP_MS,
  };
}
