/**
 * The clients that a fault must not hurt: 100 small requests a second, whatever the server does. Half of them come on
 * connections of their own, half on one connection that is kept. Every answer is compared with our own sieve.
 */
import { LOOPBACK } from '@concurrent-primes/harness';
import { formatCount } from '@concurrent-primes/harness/terminal';
import {
  ERROR_KINDS,
  type ErrorKind,
  type LoadPlan,
  type LoadResult,
  type LoadSnapshot,
  runLoad,
} from '@concurrent-primes/load';
import { LAZY_VERIFIER } from '@concurrent-primes/load/verifier';

/** Requests a second on kept connections, and as many on fresh ones. */
const RATE = 50;
/** A request that waits for a connection of its own is late; this many wait for the server. */
const FRESH_CONNECTIONS = 8;
/** How long a request may take after the last one was due: then it counts as unanswered. */
const GRACE_MS = 5000;
const WIDEST = 1_000_000;
const WIDTH = 1000;

/** The name under which requests without an answer are counted, beside the kinds of errors. */
const UNANSWERED = 'unanswered';

/** Requests that failed for the same reason. */
export interface GoodFailure {
  /** Whether they had a connection of their own, or came on the kept one. */
  readonly connection: 'fresh' | 'kept';
  /** A kind of error, or `unanswered`. */
  readonly kind: string;
  readonly count: number;
}

/** What good clients saw. */
export interface GoodResult {
  /** Requests that were answered. */
  readonly requests: number;
  readonly failures: readonly GoodFailure[];
  /** The longest time from when a request was due to its end. */
  readonly slowestMs: number;
}

/** Good clients at work. */
export interface GoodClients {
  /** Resolves when both kinds have been served once, or failed. */
  readonly begun: Promise<void>;
  /** Resolves when the last request has ended. Rejects with a ConnectError if nothing listens at the start. */
  readonly result: Promise<GoodResult>;
}

/**
 * Starts good clients.
 *
 * @param port - port of the server, on 127.0.0.1
 * @param durationMs - time in which requests fall due
 * @param signal - ends them early
 */
export function startGoodClients(port: number, durationMs: number, signal: AbortSignal): GoodClients {
  const loads = [planFor(port, durationMs, false), planFor(port, durationMs, true)].map((plan) => {
    const { promise: begun, resolve } = Promise.withResolvers<undefined>();
    const onProgress = ({ requests, errors }: LoadSnapshot): void => {
      if (requests + errors > 0) resolve(undefined);
    };
    const result = runLoad(plan, { signal, onProgress });
    return { begun: Promise.race([begun, result]), result };
  });
  const result = Promise.all(loads.map((load) => load.result)).then(addUp);
  // It says the same as the result if it rejects.
  const begun = Promise.all(loads.map((load) => load.begun)).then(
    () => undefined,
    () => undefined,
  );
  return { begun, result };
}

function planFor(port: number, durationMs: number, keepAlive: boolean): LoadPlan {
  return {
    host: LOOPBACK,
    port,
    model: { kind: 'open', rate: RATE, maxClients: keepAlive ? 1 : FRESH_CONNECTIONS },
    threads: 1,
    durationMs,
    warmupMs: 0,
    seed: 1,
    intervals: { kind: 'uniform', within: [0, WIDEST], width: WIDTH },
    keepAlive,
    greeting: false,
    sendSum: true,
    with: [],
    verify: LAZY_VERIFIER,
    drainMs: GRACE_MS,
    // A crowd in this process has descriptors that `select` can't watch.
    selector: 'epoll',
  };
}

function addUp(results: readonly LoadResult[]): GoodResult {
  return {
    requests: results.reduce((sum, { requests }) => sum + requests, 0),
    failures: results.flatMap(({ plan: { keepAlive }, errors, unfinished }) =>
      [...Object.entries(errors), [UNANSWERED, unfinished] as const]
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => ({ connection: keepAlive ? 'kept' : 'fresh', kind, count })),
    ),
    slowestMs: Math.max(...results.map(({ latency }) => latency.done.maxMs)),
  };
}

/** Says how many requests failed where and why. */
export function describeFailure({ connection, kind, count }: GoodFailure): string {
  const where = connection === 'kept' ? 'the kept connection' : 'fresh connections';
  const why = kind === UNANSWERED ? 'no answer came' : ERROR_KINDS[kind as ErrorKind];
  return `${formatCount(count, 'request')} on ${where}: ${why}`;
}
