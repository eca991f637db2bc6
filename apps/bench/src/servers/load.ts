/**
 * The load client: `load`, a C++ program of one thread that is many clients (peers/load.cpp), in a process of its own
 * so that it has a core of its own. It says `ready` when all its clients are where they should be, and at its end, in
 * one line of JSON, what they have seen.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnChild } from './children.ts';
import { endProcess } from './process.ts';

/** What the clients do; see `load`'s own help. */
export type LoadKind = 'ask' | 'stream' | 'stalled' | 'trickle' | 'silent' | 'slow';

/** How they do it. */
export interface LoadOptions {
  readonly clients: number;
  /** The interval they ask for; default [100, 200]. */
  readonly interval?: readonly [a: number, b: number];
  /** How long they go on. */
  readonly seconds?: number;
  /** `ask`: how many requests all of them send, instead of a time. */
  readonly requests?: number;
  /** `ask`: all requests of a client on one connection. */
  readonly keepAlive?: boolean;
  /** `ask`: a pause of each client between two requests. */
  readonly pauseMs?: number;
  /** `stream`: each client asks for a part of the interval of its own, instead of all of it. */
  readonly parts?: boolean;
  /** `stream`: each client ends after so many bytes, and the run with the first. */
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
  /** The least Jain's index of any moment; null where it was not asked for. */
  readonly jain: number | null;
  /** The part of the time in which the program did not wait for the server. */
  readonly busy: number;
}

/** A load at work; disposing ends it. */
export interface RunningLoad extends AsyncDisposable {
  /** Resolves when all clients are where they should be. */
  readonly ready: Promise<void>;
  /** Resolves at its end, which {@link stop} brings about early. */
  readonly result: Promise<LoadResult>;
  /** Ends it now, with its result. */
  readonly stop: () => Promise<LoadResult>;
}

/** Beyond its own time, a load may take so long to connect and to end. */
const SPARE_MS = 60_000;

/**
 * Starts a load.
 *
 * @param program - the path of `load`
 * @param port - of the server, on 127.0.0.1
 */
export function startLoad(program: string, port: number, kind: LoadKind, options: LoadOptions): RunningLoad {
  return startLoadProcess(program, loadArguments(port, kind, options), kind, options.seconds);
}

/**
 * Starts a program that loads a server and tells what came of it as `load` does.
 *
 * @param what - it does, in a word
 * @param seconds - how long it goes on, if that is known
 */
export function startLoadProcess(program: string, args: readonly string[], what: string, seconds = 0): RunningLoad {
  const child = spawnChild(program, args, seconds * 1000 + SPARE_MS);
  const { ready, result } = listenTo(child, what);
  return {
    ready,
    result,
    stop: () => {
      child.kill('SIGTERM');
      return result;
    },
    [Symbol.asyncDispose]: () => endProcess(child),
  };
}

/** The command line of `load`. Its own warm-up is off: servers are warmed by a load before. */
export function loadArguments(port: number, kind: LoadKind, options: LoadOptions): string[] {
  const { clients, interval = [100, 200], seconds, requests, keepAlive, pauseMs, parts, bytes, rate } = options;
  const option = (name: string, value: number | undefined): string[] =>
    value === undefined ? [] : [name, String(value)];
  return [
    kind,
    ...option('--port', port),
    ...option('--clients', clients),
    ...['--interval', ...interval.map(String)],
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

/**
 * Reads the last line of a load.
 *
 * @throws TypeError if it is something else
 */
export function parseLoadResult(line: string): LoadResult {
  const result = JSON.parse(line) as Partial<LoadResult> | null;
  const numbers = [result?.requests, result?.errors, result?.elapsedMs, result?.cpuMs, result?.bytes, result?.busy];
  const percentiles = [result?.latencyUs?.p50, result?.latencyUs?.p99, result?.countUs?.p50];
  if (![...numbers, ...percentiles].every((value) => typeof value === 'number')) {
    throw new TypeError(`Cannot read a load's result: it must have numbers, it is ${line}`);
  }
  return result as LoadResult;
}

function listenTo(child: ChildProcess, name: string): Pick<RunningLoad, 'ready' | 'result'> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const lines: string[] = [];
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const failure = (what: string): Error =>
    new Error(`Cannot load the server with ${name}: ${what}\n${stderr}`.trimEnd());
  const result = ended.then(([code, signal]) => {
    if (code !== 0) throw failure(`the load must exit with 0, it ended with ${String(code ?? signal)}`);
    return parseLoadResult(lines.at(-1) ?? 'null');
  });
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout!).on('line', (line) => {
      lines.push(line);
      if (line === 'ready') resolve();
    });
    ended.then(() => {
      reject(failure('its clients must get where they should be'));
    }, reject);
  });
  // Whoever awaits one of them hears of a failure; the other's is the same.
  ready.catch(() => undefined);
  result.catch(() => undefined);
  return { ready, result };
}
