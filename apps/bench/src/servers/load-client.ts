/**
 * The load client: `load`, a C++ program with one thread and many clients (peers/load.cpp), in a process of its own so
 * that it can have its own core. It prints `ready` when all its clients have reached their state, and at the end one
 * line of JSON with what they have seen.
 */
import { describeEnd, ProcessGroup } from '@concurrent-primes/harness';

/** What the clients do; see the usage of `load`. */
export type LoadKind = 'ask' | 'stream' | 'stalled' | 'trickle' | 'silent' | 'slow';

/** All primes of an int32: 420 MB. */
export const WHOLE = [0, 2_147_483_647] as const;

/** Longer than any sample; for loads that are stopped. */
export const LONG_SECONDS = 300;

/** How the clients do it. */
export interface LoadOptions {
  readonly clients: number;
  /** The interval that clients ask for; default [100, 200]. */
  readonly interval?: readonly [a: number, b: number];
  readonly seconds?: number;
  /** `ask`, `stream`: number of requests of all clients, instead of a time. */
  readonly requests?: number;
  /** `ask`: one connection for all requests of a client. */
  readonly keepAlive?: boolean;
  /** `ask`: pause of each client between two requests. */
  readonly pauseMs?: number;
  /** `stream`: each client asks for its own part of the interval, instead of all of it. */
  readonly parts?: boolean;
  /** `stream`: bytes for each client; the load ends with the first client that has them. */
  readonly bytes?: number;
  /** `slow`: bytes that each client reads a second. */
  readonly rate?: number;
}

/** Percentiles of one measured time, in microseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
  readonly count: number;
}

/** What the clients have seen. */
export interface LoadResult {
  readonly requests: number;
  /** Requests that failed or had a wrong answer. */
  readonly errors: number;
  readonly elapsedMs: number;
  /** Processor time of the load process. */
  readonly cpuMs: number;
  readonly bytes: number;
  readonly latencyUs: Percentiles;
  /** From `connect` to N. */
  readonly countUs: Percentiles;
  /** The lowest Jain's index of any moment; null if it wasn't measured. */
  readonly jain: number | null;
  /** Share of the time in which the load client didn't wait for the server. */
  readonly busy: number;
}

/** Time to connect and to end, beyond the length of the load. */
const SPARE_MS = 60_000;

/** A running load; disposing kills it. */
export class LoadProcess extends ProcessGroup {
  /** Resolves when all clients have reached their state. */
  readonly ready: Promise<void>;
  readonly result: Promise<LoadResult>;
  readonly #what: string;

  /** Starts a program that prints what `load` prints; `what` says in a word what it does. */
  constructor(command: readonly [string, ...string[]], what: string, seconds = 0) {
    super(command);
    this.#what = what;
    const timer = setTimeout(this.kill.bind(this), seconds * 1000 + SPARE_MS);
    this.ready = this.#readyLine();
    this.result = this.exited.then(({ stdout, ...end }) => {
      clearTimeout(timer);
      if (end.code !== 0) throw this.#failure(`must exit with 0, got ${describeEnd(end)}`);
      return parseLoadResult(stdout.trimEnd().split('\n').at(-1)!);
    });
    // A caller that awaits only one of them still learns of the failure.
    this.ready.catch(() => undefined);
    this.result.catch(() => undefined);
  }

  /** Ends the load early, and returns its result. */
  finish(): Promise<LoadResult> {
    this.signal('SIGTERM');
    return this.result;
  }

  async #readyLine(): Promise<void> {
    const isReady = await this.find(() => /^ready$/m.test(this.stdout) || undefined);
    if (isReady !== true) throw this.#failure('its clients must reach their state, it ended before');
  }

  #failure(why: string): Error {
    return new Error(`cannot load the server with ${this.#what}: ${why}\n${this.stderr}`.trimEnd());
  }
}

/** Starts a load by the program `load`. */
export function startLoad(program: string, port: number, kind: LoadKind, options: LoadOptions): LoadProcess {
  return new LoadProcess([program, ...loadArguments(port, kind, options)], kind, options.seconds);
}

/** The command line of `load`. Its own warm-up is off, because a load before warms the server. */
export function loadArguments(port: number, kind: LoadKind, options: LoadOptions): string[] {
  const { clients, interval = [100, 200], seconds, requests, keepAlive, pauseMs, parts, bytes, rate } = options;
  const option = (name: string, value: number | undefined): string[] =>
    value === undefined ? [] : [name, String(value)];
  return [
    ...[kind, '--port', String(port), '--clients', String(clients), '--interval', ...interval.map(String)],
    ...option('--seconds', seconds),
    ...option('--requests', requests),
    ...option(requests === undefined ? '--warmup-seconds' : '--warmup-requests', 0),
    ...(keepAlive === true ? ['--keep-alive'] : []),
    ...option('--pause-ms', pauseMs),
    ...(parts === true ? ['--parts'] : []),
    ...option('--bytes', bytes),
    ...option('--rate', rate),
  ];
}

/** Reads the last line of a load; throws if it isn't a result. */
export function parseLoadResult(line: string): LoadResult {
  const result = JSON.parse(line || 'null') as Partial<LoadResult> | null;
  const numbers = [result?.requests, result?.errors, result?.elapsedMs, result?.cpuMs, result?.bytes, result?.busy];
  const percentiles = [result?.latencyUs?.p50, result?.latencyUs?.p99, result?.countUs?.p50];
  if (![...numbers, ...percentiles].every((value) => typeof value === 'number')) {
    throw new TypeError(`cannot read a load's result: it must have numbers, got ${line}`);
  }
  return result as LoadResult;
}
