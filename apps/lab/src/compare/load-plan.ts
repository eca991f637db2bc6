/** What the load engine is told for a group of clients. */
import type { LoadPlan } from '@concurrent-primes/load';
import { LAZY_VERIFIER } from '@concurrent-primes/load/verifier';
import { HOST } from '../process/listening.ts';
import type { Group, Scenario } from './scenario.ts';

/** How requests under way at the end may come to theirs; who hasn't by then counts with the time it has waited. */
const DRAIN_MS = 200;
/** About how many points a course over time has. */
const TIMELINE_POINTS = 20;
/** The engine's own step. */
const TIMELINE_STEP_MS = 100;

/** Dialects that all servers of a comparison speak. */
export interface Dialect {
  /** The server greets with one byte. */
  readonly greeting: boolean;
  /** The client sends the sum. */
  readonly sendSum: boolean;
}

/**
 * The plan for one group.
 *
 * @param port - where the server listens
 * @param seed - of all that the clients draw by chance, uint32
 */
export function planFor(group: Group, scenario: Scenario, dialect: Dialect, port: number, seed: number): LoadPlan {
  const durationMs = scenario.seconds * 1000;
  const { clients, rate, intervals, keepAlive, verify } = group;
  return {
    host: HOST,
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
