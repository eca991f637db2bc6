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
import { availableParallelism } from 'node:os';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { GATE_MODES, type ServerOptionValues } from '@concurrent-primes/trace';
import { CUT, Control, DRAIN, type Order, RUN } from './control.ts';
import type { SessionReport, SessionSource } from '@concurrent-primes/session';
import type { Backlog, ListeningSocket } from '@concurrent-primes/sockets';
import { AddressLimit } from './address-limit.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { ReportLimit } from './report-limit.ts';
import { Gate } from './gate.ts';
import { phaseLimits } from './phase-limits.ts';
import type { ClientReport, NoticeLevel, ThreadData, ThreadMessage } from './server-thread.ts';
import { type ArchitectureInfo, MAX_TRACED_THREADS, type OwnThreadRole, ServerTrace } from './server-trace.ts';
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

/** The longest backlog: some kernels keep only 16 bits of it. */
export const MAX_BACKLOG = 65_535;

/**
 * The default backlog: connections that wait in the kernel until they are accepted. Each kernel silently lowers it to its
 * own limit (listen(2); 4096 on Linux, net.core.somaxconn, and 128 on macOS, kern.ipc.somaxconn). The default is longer,
 * so that this system setting decides: a client that finds the queue full gets no answer and retries after a second.
 */
export const DEFAULT_BACKLOG = MAX_BACKLOG;

/**
 * The default time after which an idle connection may have to make room, in milliseconds: longer than the pause of a
 * client that asks again and again.
 */
export const DEFAULT_EVICT_AFTER_MS = 5000;
/** The greatest limit for each address: what an int32 can count. */
const MAX_PER_ADDRESS = 2 ** 31 - 1;

/** Options of every server. */
export interface ServerOptions<Report extends SessionReport = SessionReport> {
  /** Numeric IPv4 or IPv6 address to listen on. */
  readonly host: string;
  /** TCP port; 0 lets the kernel choose a free one. */
  readonly port: number;
  readonly sessions: SessionSource<Report>;
  /** Connections that may wait in the kernel to be accepted; default {@link DEFAULT_BACKLOG}. */
  readonly backlog?: number;
  /**
   * A listening TCP socket that other processes hold too, now or later; host, port and backlog are not used then. The
   * server takes another descriptor of it, and leaves its queue to the others when it stops. Default: a socket of its own.
   */
  readonly sharedListener?: ListeningSocket;
  /** Connection limit: further clients are refused as busy. Default: no limit. */
  readonly maxClients?: number;
  /**
   * Connection limit of each client address: further clients are refused as busy. Default: no limit. Clients behind a
   * proxy or an address translation have one address.
   */
  readonly maxClientsPerAddress?: number;
  /** Time limits by phase, in milliseconds; default: those that the conversation declares. */
  readonly timeoutsMs?: Readonly<Record<string, number>>;
  /** Time limit before the first byte of a connection, in milliseconds; default: what the conversation declares. */
  readonly firstTimeoutMs?: number;
  /**
   * Bytes a second that a client must take while it is sent an answer, averaged over the time limit of that phase.
   * Default 0: a client must take a byte now and then.
   */
  readonly minSendRate?: number;
  /**
   * When no thread, descriptor or place is left for a new client, connections that have been idle for at least this
   * long are closed, the longest idle first; in milliseconds, `Infinity` for never. Default {@link DEFAULT_EVICT_AFTER_MS}.
   */
  readonly evictAfterMs?: number;
  /** Outcomes to report through `onReport`; default: none. Clients that waited long for a thread are always reported. */
  readonly reportedOutcomes?: readonly string[];
  /** Exchanges that take longer, with the time in a queue, are reported whatever their outcome; default: none. */
  readonly reportSlowerThanMs?: number;
  /** Whether its threads write events, for viewers; default true. */
  readonly trace?: boolean;
  /** Whether its threads measure, for {@link Server.measured}; default false. */
  readonly measure?: boolean;
  /** Called in the main thread for each exchange to report. */
  onReport?(report: ClientReport<Report>): void;
  /** Called in the main thread with a message for the server's log. */
  onNotice?(text: string, level: NoticeLevel): void;
}

const OPTION_NAMES: readonly (keyof ServerOptions)[] = [
  'host',
  'port',
  'sessions',
  'backlog',
  'sharedListener',
  'maxClients',
  'maxClientsPerAddress',
  'timeoutsMs',
  'firstTimeoutMs',
  'minSendRate',
  'evictAfterMs',
  'reportedOutcomes',
  'reportSlowerThanMs',
  'trace',
  'measure',
  'onReport',
  'onNotice',
];

/**
 * Checks the options of a server at run time, before anything is opened.
 *
 * @param ownNames - names of the options that only this architecture has
 * @throws TypeError for an unknown option; RangeError for a value out of range
 */
export function checkServerOptions(options: ServerOptions, ownNames: readonly string[]): void {
  const known: readonly string[] = [...OPTION_NAMES, ...ownNames];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`cannot start a server: its options are ${known.join(', ')}, got ${unknown}`);
  }
  phaseLimits(options.sessions.phases, options);
  const { evictAfterMs = DEFAULT_EVICT_AFTER_MS } = options;
  if (!(evictAfterMs >= 0)) {
    throw new RangeError(`cannot start a server: evictAfterMs must be at least 0, got ${evictAfterMs}`);
  }
  checkInteger('maxClients', options.maxClients ?? 1, 1);
  checkInteger('maxClientsPerAddress', options.maxClientsPerAddress ?? 1, 1, MAX_PER_ADDRESS);
  checkInteger('backlog', options.backlog ?? 1, 1, MAX_BACKLOG);
}

/** Checks a numeric option of a server; throws a RangeError if the value is not an integer in the range. */
export function checkInteger(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new RangeError(`cannot start a server: ${name} must be an integer ${range}, got ${value}`);
}

/**
 * Returns the options of a server that its events tell: those of any architecture, and those of the sessions that are
 * plain values.
 *
 * @param options - options of the server
 */
export function plainOptions({ maxClients, backlog = DEFAULT_BACKLOG, sessions }: ServerOptions): ServerOptionValues {
  const own = Object.entries((sessions.options ?? {}) as Readonly<Record<string, unknown>>);
  const plain = own.filter((one): one is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof one[1]),
  );
  return { ...Object.fromEntries(plain), backlog, ...(maxClients !== undefined && { maxClients }) };
}

export interface ThreadSpecification {
  readonly name: string;
  /** Module that the thread runs. */
  readonly entry: URL;
  /** What it does, for viewers; default `loop`. */
  readonly role?: OwnThreadRole;
  /** Data for the thread in addition to {@link ThreadData}. */
  readonly data: object;
  /** Memory limits of its JavaScript; default: those of V8. */
  readonly resourceLimits?: ResourceLimits;
  /**
   * Called once in the main thread when this thread has ended or could not be started: does what other threads wait for,
   * and frees what the thread was given but doesn't own.
   *
   * @param served - whether the thread has served; from then on it owns what it was given
   */
  readonly ended?: (served: boolean) => void;
}

/** What an architecture provides: its threads, and how to wake them. */
export interface Architecture {
  readonly host: string;
  readonly port: number;
  readonly threads: readonly ThreadSpecification[];
  /** Describes it to viewers; default: a loop without a name. */
  readonly info?: ArchitectureInfo;
  /** Tells viewers how many connections wait in the kernel; default: nobody knows. */
  backlog?(): Backlog | undefined;
  /** Returns how many accepted clients wait for a thread; default: there is no queue. */
  queueLength?(): number;
  /** Wakes every thread that waits for sockets without a client of its own, so that it writes a snapshot. */
  nudge?(): void;
  /**
   * Wakes the threads that accept, after they were told to leave the listening socket. An architecture has this method if
   * its listening socket is shared.
   */
  leave?(): void;
  /** Wakes every thread that may be blocked, after an order was given. */
  wake(order: Order): void;
  /** Frees what the main thread made for the threads; called once, when all threads have ended. */
  release(): void;
}

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

interface StartedThread {
  /** Resolves when it serves; stays pending if it never does. */
  readonly ready: Promise<undefined>;
  /** Resolves when it has ended, with or without an error. */
  readonly ended: Promise<undefined>;
}

/**
 * Starts threads, a few at a time: the first ones serve while the others start. Started all at once they share the
 * processors, and a client of a pool with 16 threads waits until nearly all of them have started.
 */
async function startInTurn(starts: readonly (() => StartedThread)[]): Promise<readonly StartedThread[]> {
  const waiting = starts.values();
  const threads: StartedThread[] = [];
  const startOneAfterTheOther = async (): Promise<void> => {
    for (const start of waiting) {
      const thread = start();
      threads.push(thread);
      await Promise.race([thread.ready, thread.ended]);
    }
  };
  // Two, even on one processor: a thread that hangs as it starts does not keep the others from starting.
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, startOneAfterTheOther));
  return threads;
}

/** What all threads get. */
type SharedThreadData = Omit<ThreadData, 'name' | 'watchGate' | 'trace' | 'meter'>;

function hrtimeUs(): number {
  return Number(process.hrtime.bigint()) / 1000;
}
