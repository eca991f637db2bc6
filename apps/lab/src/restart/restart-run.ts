/**
 * Restarts a server while clients ask at a constant rate.
 *
 * The load is open: a request is due whatever the servers do, and its latency counts from then on. So a client that has to
 * wait until a server is back shows.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type LoadPlan, type LoadResult, runLoad } from '@concurrent-primes/load';
import type { RestartWay } from './restart-way.ts';

/** What to run. */
export interface RestartOptions {
  /** Arguments of the `server` command, without the port. */
  readonly serverArgs: readonly string[];
  /** Many requests on one connection, instead of a connection for each request. */
  readonly keepAlive: boolean;
  /** Requests that are due in a second. */
  readonly rate: number;
  readonly restarts: number;
  /** Ends the run when it aborts; the restart under way ends first. */
  readonly signal?: AbortSignal | undefined;
}

const WARMUP_MS = 500;
/** Load before the first restart, between two, and after the last one. */
const QUIET_MS = 500;
/** Longer than any run: the load ends when the restarts are done. */
const LOAD_MS = 24 * 3_600_000;
/** A request that takes longer counts as failed. */
const TIMEOUT_MS = 30_000;
const CONNECTIONS = 400;

/** Restarts a server again and again under load, and returns what the clients saw. */
export async function runRestarts(way: RestartWay, options: RestartOptions): Promise<LoadResult> {
  const { serverArgs, keepAlive, rate, restarts, signal } = options;
  await using service = await way.start(serverArgs);
  const plan: LoadPlan = {
    host: '127.0.0.1',
    port: service.port,
    model: { kind: 'open', rate, maxClients: CONNECTIONS },
    threads: 1,
    durationMs: LOAD_MS,
    warmupMs: WARMUP_MS,
    seed: 1,
    intervals: { kind: 'uniform', within: [0, 2_000_000_000], width: 100_000 },
    keepAlive,
    greeting: false,
    sendSum: true,
    with: [],
    timeoutMs: TIMEOUT_MS,
  };
  const enough = new AbortController();
  const load = runLoad(plan, { signal: enough.signal });
  // Awaited below, but it may fail before.
  load.catch(() => undefined);
  try {
    await delay(WARMUP_MS + QUIET_MS);
    for (let restart = 0; restart < restarts && signal?.aborted !== true; restart++) {
      await service.restart();
      await delay(QUIET_MS);
    }
  } finally {
    enough.abort();
    await load.catch(() => undefined);
  }
  return await load;
}
