/**
 * The main thread's side of a server: it starts the threads, receives their reports, and stops them. It never reads from
 * or writes to a client's socket (it may call `shutdown(2)` on one, to wake its thread), and it never blocks.
 *
 * Stopping has two steps: `DRAIN` (finish the exchanges in progress), and after the drain timeout `CUT` (close
 * everything). Each is an order in shared memory, followed by a wake-up of every thread that may be blocked. A thread ends
 * by returning from its main function: `Worker.terminate()` can't interrupt a system call.
 *
 * If other processes share the listening socket, a step comes before: the threads leave it, and serve the clients that they
 * have accepted for a while as before. A client that was accepted a moment ago has still to send its request, and it has
 * to be served: nobody else can.
 *
 * Threads wait for each other. If a thread can't be started, fails, or ends without an order, the whole server fails: the
 * others are cut, and {@link ThreadSpecification.ended} does what they were waiting for.
 */
import { Worker } from 'node:worker_threads';
import { GATE_MODES } from '@concurrent-primes/trace';
import { CUT, Control, DRAIN, type Order, RUN } from './control.ts';
import type { SessionReport } from '@concurrent-primes/session';
import { AddressLimit } from './address-limit.ts';
import type { Architecture, ThreadSpecification } from './architecture.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { ReportLimit } from './report-limit.ts';
import { Gate } from './gate.ts';
import { phaseLimits } from './phase-limits.ts';
import { DEFAULT_EVICT_AFTER_MS, type ServerOptions } from './server-options.ts';
import type { ThreadData, ThreadMessage } from './server-thread.ts';
import { MAX_TRACED_THREADS, type OwnThreadRole, ServerTrace } from './server-trace.ts';
import { type StartedThread, startInTurn } from './start-in-turn.ts';
import { CONNECTION_COUNTERS, Tally } from './tally.ts';
import { Meter, type MeterReading, readMeters } from './meter.ts';
import { threadFailure } from './thread-error.ts';

/** The default drain timeout, in milliseconds: most answers take far less. */
export const DEFAULT_DRAIN_TIMEOUT_MS = 10_000;

/**
 * Time from leaving a shared listening socket to `DRAIN`, in milliseconds: enough for the first request of a client that has
 * just connected, also over a slow network.
 */
export const LEAVE_MS = 500;

/** The longest delay of a Node timer; longer ones become 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** How a server with a shared listening socket stops. */
export interface StopOptions {
  /** Whether its queue is left to the others that hold it; otherwise the clients in it are refused. Default: true. */
  readonly leavesQueue?: boolean;
  /** Longest time in which accepted clients are served as before, in milliseconds. Default: {@link LEAVE_MS}. */
  readonly leaveMs?: number;
}

/** A running server. */
export class Server {
  readonly host: string;
  /** Port that it listens on; never 0. */
  readonly port: number;
  /** The name that people use for its architecture, such as `epoll` or `pool`. */
  readonly name: string;
  /** Every outcome that an exchange can have. */
  readonly outcomes: readonly string[];
  /** Resolves when every thread has ended; rejects with the error of a thread that failed. */
  readonly closed: Promise<void>;
  /** Holds and steps the server. */
  readonly gate: Gate;
  /** Its events; undefined if the option `trace` is false, or with more than 1022 threads. */
  readonly trace: ServerTrace | undefined;
  readonly #architecture: Architecture;
  readonly #control = new Control();
  readonly #tally: Tally;
  readonly #meters: readonly { readonly role: OwnThreadRole; readonly memory: SharedArrayBuffer }[] | undefined;
  readonly #reports = new ReportLimit();
  #tellsLeftOut: NodeJS.Timeout | undefined;
  readonly #ready: Promise<unknown>;
  #failure: Error | undefined;
  #ended = false;

  private constructor(architecture: Architecture, options: ServerOptions) {
    this.host = architecture.host;
    this.port = architecture.port;
    this.name = architecture.info?.name ?? '';
    this.outcomes = options.sessions.outcomes;
    this.#architecture = architecture;
    this.#tally = new Tally([...CONNECTION_COUNTERS, ...options.sessions.outcomes]);
    this.#meters =
      options.measure === true
        ? architecture.threads.map(({ role = 'loop' }) => ({ role, memory: new Meter().memory }))
        : undefined;
    const connections = new ConnectionLimit(options.maxClients ?? Infinity);
    const { maxClientsPerAddress } = options;
    const addresses = maxClientsPerAddress === undefined ? undefined : new AddressLimit(maxClientsPerAddress);
    const limits = phaseLimits(options.sessions.phases, options);
    const startedUs = hrtimeUs();
    const nowUs = (): number => hrtimeUs() - startedUs;
    this.gate = new Gate(
      architecture.threads.length,
      () => nowUs() / 1000,
      (mode, heldMs) => this.trace?.noteGate(GATE_MODES.indexOf(mode), heldMs),
    );
    this.trace =
      options.trace === false || architecture.threads.length > MAX_TRACED_THREADS
        ? undefined
        : new ServerTrace(
            {
              info: architecture.info ?? { architecture: 'loop', name: '', options: {} },
              host: this.host,
              port: this.port,
              threads: architecture.threads.map(({ name, role = 'loop' }) => ({ name, role })),
              limits,
              conversation: options.sessions,
              nowUs,
              backlog: () => architecture.backlog?.(),
            },
            () => {
              this.gate.nudge();
              this.#control.nudge();
              architecture.nudge?.();
            },
          );
    const shared: SharedThreadData = {
      control: this.#control.memory,
      tally: { names: this.#tally.names, memory: this.#tally.memory },
      limits,
      connections: { limit: connections.limit, memory: connections.memory },
      evictAfterMs: options.evictAfterMs ?? DEFAULT_EVICT_AFTER_MS,
      addresses: addresses && { limit: addresses.limit, memory: addresses.memory },
      sessions: options.sessions,
      leftOut: this.#reports.memory,
      reportedOutcomes: options.reportedOutcomes ?? [],
      reportSlowerThanMs: options.reportSlowerThanMs ?? Infinity,
      startedUs,
    };
    const starts = architecture.threads.map((specification, thread) => {
      const own = {
        watchGate: { memory: this.gate.memory, thread },
        trace: this.trace?.threads[thread],
        meter: this.#meters?.[thread]?.memory,
      };
      return () => this.#startThread(specification, { ...shared, ...own }, options);
    });
    const started = startInTurn(starts);
    this.#ready = started.then((threads) => Promise.all(threads.map(({ ready }) => ready)));
    const ended = started.then((threads) => Promise.all(threads.map(({ ended: end }) => end)));
    this.closed = ended.then(() => {
      this.#ended = true;
      architecture.release();
      this.#tellLeftOut(options);
      if (this.#failure !== undefined) throw this.#failure;
    });
    // Not an unhandled rejection if the caller doesn't await it.
    this.closed.catch(() => undefined);
  }

  /**
   * Starts the threads of an architecture and resolves when all of them serve.
   *
   * @throws whatever a thread threw while it started; all threads have ended then
   */
  static async start<Report extends SessionReport>(
    architecture: Architecture,
    options: ServerOptions<Report>,
  ): Promise<Server> {
    const server = new Server(architecture, options);
    try {
      await Promise.race([server.#ready, server.closed]);
    } catch (error) {
      await server.closed.catch(() => undefined);
      throw error;
    }
    return server;
  }

  /** Returns the counts since the start, by name: connections, and exchanges by outcome. */
  tally(): Record<string, number> {
    return this.#tally.read();
  }

  /** Whether it accepts clients: it has not been told to stop, and has not failed. */
  get accepting(): boolean {
    return this.#control.order === RUN;
  }

  /** Returns what its threads have measured since the start; undefined if they don't. */
  measured(): MeterReading | undefined {
    return this.#meters && readMeters(this.#meters);
  }

  /** Returns how many accepted clients wait for a thread; undefined in architectures without a queue. */
  queueLength(): number | undefined {
    return this.#architecture.queueLength?.();
  }

  /**
   * Stops accepting, waits for the exchanges in progress, then closes all remaining connections; resolves when every
   * thread has ended. Another call with a shorter timeout shortens the wait.
   *
   * With a shared listening socket, clients that were accepted are first served as before for a while.
   *
   * @param drainTimeoutMs - longest wait in milliseconds, from 0; at most 24 days are used
   * @throws the error of a thread that failed
   */
  async stop(
    drainTimeoutMs: number = DEFAULT_DRAIN_TIMEOUT_MS,
    { leavesQueue = true, leaveMs: mostMs = LEAVE_MS }: StopOptions = {},
  ): Promise<void> {
    const leaveMs = leavesQueue && this.#leave() ? Math.min(mostMs, drainTimeoutMs) : 0;
    if (leaveMs > 0) await this.#closedOrAfter(leaveMs);
    this.#order(DRAIN);
    const cut = (): void => {
      this.#order(CUT);
    };
    const timer = setTimeout(cut, Math.min(drainTimeoutMs - leaveMs, MAX_TIMER_MS));
    try {
      await this.closed;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until every thread has ended, or until the timeout. */
  async #closedOrAfter(timeoutMs: number): Promise<void> {
    const passed = Promise.withResolvers<undefined>();
    const timer = setTimeout(passed.resolve, timeoutMs, undefined);
    try {
      await Promise.race([passed.promise, this.closed]);
    } finally {
      clearTimeout(timer);
    }
  }

  #startThread(
    { name, entry, data, resourceLimits, ended }: ThreadSpecification,
    shared: Omit<ThreadData, 'name'>,
    options: ServerOptions,
  ): StartedThread {
    // Stays pending if the thread never serves.
    const ready = Promise.withResolvers<undefined>();
    // Resolves with or without an error.
    const exit = Promise.withResolvers<undefined>();
    let serves = false;
    const end = (): void => {
      ended?.(serves);
      exit.resolve(undefined);
    };
    if (this.#control.order !== RUN) {
      // The server stops, or an earlier thread has failed.
      end();
      return { ready: ready.promise, ended: exit.promise };
    }
    try {
      const worker = new Worker(entry, {
        name,
        workerData: { ...shared, ...data, name },
        ...(resourceLimits && { resourceLimits }),
      });
      worker.on('message', (message: ThreadMessage) => {
        if (message.type === 'report') options.onReport?.(message.report);
        else if (message.type === 'left-out') this.#tellLeftOutSoon(options);
        else if (message.type === 'notice') options.onNotice?.(message.text, message.level);
        else if (message.type === 'failed') this.#fail(threadFailure(name, message.error, false));
        else {
          serves = true;
          ready.resolve(undefined);
        }
      });
      worker.on('error', (error) => {
        this.#fail(threadFailure(name, error, !serves));
      });
      worker.once('exit', (code) => {
        if ((this.#control.order === RUN && !this.#control.leaving) || code !== 0) {
          this.#fail(
            new Error(`cannot serve: thread ${name} must run until it is told to stop, got exit code ${code}`),
          );
        }
        end();
      });
    } catch (error) {
      this.#fail(threadFailure(name, error, true));
      end();
    }
    return { ready: ready.promise, ended: exit.promise };
  }

  /** Once a second while there are too many reports. */
  #tellLeftOutSoon(options: ServerOptions): void {
    this.#tellsLeftOut ??= setTimeout(() => {
      this.#tellLeftOut(options);
    }, 1000).unref();
  }

  #tellLeftOut(options: ServerOptions): void {
    clearTimeout(this.#tellsLeftOut);
    this.#tellsLeftOut = undefined;
    const count = this.#reports.takeLeftOut();
    if (count === 0) return;
    options.onNotice?.(
      `${count} more exchanges like these have ended; they are counted, and not logged one by one`,
      'info',
    );
  }

  /** Keeps only the first failure: further ones usually follow from it. */
  #fail(error: Error): void {
    this.#failure ??= error;
    this.#leave();
    this.#order(CUT);
  }

  #order(order: Order): void {
    if (this.#ended || order <= this.#control.order) return;
    this.#control.give(order);
    this.trace?.noteOrder(order);
    this.gate.stop();
    this.#wake(() => {
      this.#architecture.wake(order);
    });
  }

  /** Leaves the listening socket if it is shared; returns whether that was still to do. */
  #leave(): boolean {
    if (this.#architecture.leave === undefined || this.#control.leaving || this.#control.order !== RUN) return false;
    this.#control.leave();
    this.gate.stop();
    this.#wake(() => this.#architecture.leave?.());
    return true;
  }

  #wake(wake: () => void): void {
    try {
      wake();
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(`cannot wake a thread: ${String(error)}`);
    }
  }
}

/** What all threads get. */
type SharedThreadData = Omit<ThreadData, 'name' | 'watchGate' | 'trace' | 'meter'>;

function hrtimeUs(): number {
  return Number(process.hrtime.bigint()) / 1000;
}
