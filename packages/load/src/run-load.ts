/**
 * The entry point of the load engine: starts the threads, receives their messages, stops them.
 *
 * Even a run with one thread uses a worker, because the load blocks in its selector: the thread that calls `runLoad` stays
 * free to show progress and to handle Ctrl-C.
 */
import { ConnectError } from '@concurrent-primes/client';
import { resolveHost, type SelectorKind } from '@concurrent-primes/sockets';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LoopResult } from './load-loop.ts';
import type { LoadPlan } from './load-plan.ts';
import type { LoadResult } from './load-result.ts';
import { mergeResults } from './merge-results.ts';
import { checkPlan, maxConnections, partsOf } from './plan-parts.ts';
import { sharedClockMs, type StartMessage, STOP, type ThreadData, type ThreadMessage } from './thread-messages.ts';
import { type LoadSnapshot, Timeline } from './timeline.ts';

/** Options of a run. */
export interface RunLoadOptions {
  /** Ends the run when it aborts; the result is what was measured until then. */
  readonly signal?: AbortSignal;
  /** Called with the current state about five times a second. */
  readonly onProgress?: (snapshot: LoadSnapshot) => void;
}

const THREAD = new URL(`./load-thread${extname(import.meta.url)}`, import.meta.url);

/** Time between the start message and the start of the load. */
const COUNTDOWN_MS = 5;
const PROGRESS_MS = 200;
const DEFAULT_TIMELINE_MS = 1000;
/** `select(2)` watches descriptors below 1024, and Node and the program use some of them. */
const SELECT_CONNECTIONS = 800;

/**
 * Puts a server under load, and measures.
 *
 * @param plan - what to run
 * @param options - see {@link RunLoadOptions}
 * @returns what was measured; the server's mistakes are counted in it
 * @throws RangeError if the plan makes no sense; ConnectError if the host does not exist, or nothing listens when the
 * first client connects; errors of the verifier's module
 * @example
 * ```ts no-run (needs a running server)
 * import { runLoad } from '@concurrent-primes/load';
 *
 * const result = await runLoad({
 *   host: '127.0.0.1',
 *   port: 65432,
 *   model: { kind: 'open', rate: 2000, maxClients: 500 },
 *   threads: 1,
 *   durationMs: 5000,
 *   warmupMs: 500,
 *   seed: 1,
 *   intervals: { kind: 'uniform', within: [0, 1_000_000], width: 1000 },
 *   keepAlive: false,
 *   greeting: false,
 *   sendSum: true,
 *   with: [{ name: 'slow-reader', share: 0.1 }],
 * });
 * console.log(result.requestsPerSecond, result.latency.done.p99Ms, result.errors);
 * ```
 */
export async function runLoad(plan: LoadPlan, options: RunLoadOptions = {}): Promise<LoadResult> {
  const { signal, onProgress } = options;
  checkPlan(plan);
  signal?.throwIfAborted();
  const parts = partsOf(plan);
  const shared = {
    plan,
    host: await hostAddress(plan),
    selector: selectorFor(plan),
    control: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  };
  const timeline = new Timeline(parts.length, plan.timelineMs ?? DEFAULT_TIMELINE_MS);
  const threads = parts.map((part, i) => new LoadThread({ ...shared, part, countsCpu: i === 0 }, timeline, i));
  const stop = (): void => {
    Atomics.store(shared.control, STOP, 1);
  };
  signal?.addEventListener('abort', stop);
  let progress: NodeJS.Timeout | undefined;
  try {
    await Promise.all(threads.map(({ ready }) => ready));
    const startMs = sharedClockMs() + COUNTDOWN_MS;
    for (const thread of threads) thread.start({ startMs });
    progress = setInterval(
      () => onProgress?.(timeline.snapshot(sharedClockMs() - startMs, plan.warmupMs)),
      PROGRESS_MS,
    );
    const results = await Promise.all(threads.map(({ result }) => result));
    const outcomes = results.map((result, i) => ({ part: parts[i]!, result }));
    const elapsedMs = Math.max(...results.map((result) => result.elapsedMs));
    return mergeResults(plan, outcomes, signal?.aborted ?? false, timeline.points(elapsedMs), timeline.drain);
  } finally {
    clearInterval(progress);
    signal?.removeEventListener('abort', stop);
    stop();
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** A worker, as the main thread sees it. */
class LoadThread {
  /** Resolves when the worker can start. */
  readonly ready: Promise<void>;
  readonly result: Promise<LoopResult>;
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;
  #started = false;

  constructor(data: ThreadData, timeline: Timeline, number: number) {
    const ready = Promise.withResolvers<undefined>();
    const result = Promise.withResolvers<LoopResult>();
    this.ready = ready.promise;
    this.result = result.promise;
    // Both reject, and one of them may not be awaited.
    this.ready.catch(() => undefined);
    this.result.catch(() => undefined);
    const fail = (error: Error): void => {
      ready.reject(error);
      result.reject(error);
    };
    this.#worker = new Worker(THREAD, { name: `load ${number}`, workerData: data });
    this.#worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'ready') ready.resolve(undefined);
      else if (message.kind === 'sample') timeline.add(number, message.sample);
      else if (message.kind === 'result') result.resolve(message.result);
      else fail(new ConnectError(message.message));
    });
    this.#worker.on('error', (error) => {
      fail(error instanceof Error ? error : new Error('a load thread failed', { cause: error }));
    });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve));
  }

  start(message: StartMessage): void {
    this.#started = true;
    this.#worker.postMessage(message);
  }

  /** Waits until the worker has exited. A worker that has not started does not read the control word. */
  async end(): Promise<void> {
    if (!this.#started) await this.#worker.terminate();
    await this.#exited;
  }
}

async function hostAddress({ host, port }: LoadPlan): Promise<string> {
  try {
    return await resolveHost(host);
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new ConnectError(`cannot connect to ${host}:${port}: the host must exist, got ${got}`, { cause });
  }
}

function selectorFor(plan: LoadPlan): SelectorKind {
  if (plan.selector !== undefined) return plan.selector;
  if (plan.model.kind === 'open' && maxConnections(plan) <= SELECT_CONNECTIONS) return 'select';
  return process.platform === 'linux' ? 'epoll' : 'poll';
}
