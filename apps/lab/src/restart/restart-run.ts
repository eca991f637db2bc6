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
/** Load before the first restart, between two, and after the last one: the requests that are due in this time. */
const QUIET_MS = 500;
/** Time between two looks at the load. */
const LOOK_MS = 50;
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
  const progress = { seen: 0, hasFailed: false };
  const load = runLoad(plan, {
    signal: enough.signal,
    onProgress: ({ requests, errors }) => {
      progress.seen = requests + errors;
    },
  });
  // Awaited below, but it may fail before.
  load.catch(() => {
    progress.hasFailed = true;
  });
  const quiet = async (): Promise<void> => {
    const wanted = progress.seen + (rate * QUIET_MS) / 1000;
    while (progress.seen < wanted && !progress.hasFailed && signal?.aborted !== true) await delay(LOOK_MS);
  };
  try {
    await quiet();
    for (let restart = 0; restart < restarts && !progress.hasFailed && signal?.aborted !== true; restart++) {
      await service.restart();
      await quiet();
    }
  } finally {
    enough.abort();
    await load.catch(() => undefined);
  }
  return await load;
}
