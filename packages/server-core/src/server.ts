/**
 * The main thread's side of a server: it starts the threads, hears their reports, and stops them. It never reads
 * from a client's socket or writes to one (all it may do is wake a thread by `shutdown(2)`), and it never blocks.
 *
 * Stopping has two steps, each an order in shared memory followed by a wake-up of every thread that may be blocked:
 * `DRAIN` (finish who is in service), and, when the time for that is over, `CUT` (close everything). A thread ends by
 * returning from its main function: `Worker.terminate()` could not reach it in a system call.
 *
 * Threads wait for each other, so none of them may be missed. One that can't be started, that fails, or that just ends
 * without an order makes the whole server fail: the others are cut, and {@link ThreadSpecification.ended} does what
 * they were waiting for.
 */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { CUT, Control, DRAIN, type Order, RUN } from './control.ts';
import { Places } from './places.ts';
import type { ClientReport, ThreadData, ThreadMessage } from './server-thread.ts';
import type { SessionSource } from './session.ts';
import { CONNECTION_COUNTERS, Tally } from './tally.ts';
import { type TimeLimits, completeLimits } from './time-limits.ts';

/** How long draining may take when nothing else is said, in milliseconds: most answers are out long before. */
export const DEFAULT_DRAIN_TIMEOUT_MS = 10_000;

/** The longest delay that a timer of Node takes; it would take a longer one for 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Connections that may wait in the kernel before they are accepted, when nothing else is said: more than any kernel
 * allows by default, since each lowers it to its own limit without a word (listen(2); 4096 on Linux,
 * net.core.somaxconn, and 128 on macOS, kern.ipc.somaxconn). Whoever finds the queue full hears nothing and asks again
 * only a second later, so its length is for those who run the machine to limit. Not more than 16 bits hold, which is
 * all that old kernels keep of it.
 */
export const DEFAULT_BACKLOG = 65_535;

/** The longest backlog that one may ask for: `listen(2)` takes an int, and some kernels keep 16 bits of it. */
export const MAX_BACKLOG = 65_535;

/** What every server is given. */
export interface ServerOptions {
  /** Numeric IPv4 or IPv6 address to listen on. */
  readonly host: string;
  /** TCP port; 0 lets the kernel choose a free one. */
  readonly port: number;
  /** Which conversation to hold. */
  readonly sessions: SessionSource;
  /** Connections that may wait in the kernel to be accepted; default {@link DEFAULT_BACKLOG}. */
  readonly backlog?: number;
  /** More clients than this at once are refused as busy; default: no limit of ours. */
  readonly maxClients?: number;
  /** Time limits that differ from `DEFAULT_TIME_LIMITS`. */
  readonly limits?: Partial<TimeLimits>;
  /** Outcomes to report one by one through `onReport`; default: none. */
  readonly reportedOutcomes?: readonly string[];
  /** Called in the main thread for each exchange whose outcome is among `reportedOutcomes`. */
  readonly onReport?: (report: ClientReport) => void;
  /** Called in the main thread with something that the people who run the server should know. */
  readonly onNotice?: (text: string) => void;
}

/**
 * Checks what the compiler can't; a server calls it before it opens anything.
 *
 * @throws RangeError for a time limit or a number of clients out of range.
 */
export function checkServerOptions({ limits, maxClients }: ServerOptions): void {
  completeLimits(limits);
  if (maxClients !== undefined && !(Number.isInteger(maxClients) && maxClients > 0)) {
    throw new RangeError(`maxClients must be a whole number above 0, got ${maxClients}`);
  }
}

/** One thread to start. */
export interface ThreadSpecification {
  readonly name: string;
  /** Module that the thread runs. */
  readonly entry: URL;
  /** What it gets beside {@link ThreadData}. */
  readonly data: object;
  /** How much memory its JavaScript may take, for threads that there are many of; default: V8's own limits. */
  readonly resourceLimits?: ResourceLimits;
  /**
   * Called once in the main thread when this thread has ended, however that came, or could not be started: does what
   * other threads wait for this one to do, and frees what it was given and has not taken.
   *
   * @param served whether it has said that it serves; from then on it owns what it was given
   */
  readonly ended?: (served: boolean) => void;
}

/** What one way of writing a server supplies: its threads, and how to wake them. */
export interface Architecture {
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  readonly threads: readonly ThreadSpecification[];
  /** Wakes every thread that may be blocked, after `order` was given. */
  wake(order: Order): void;
  /** Frees what the main thread made for the threads; called once, when all have ended. */
  release(): void;
}

/** A running server. */
export class Server {
  /** Address that it listens on. */
  readonly host: string;
  /** Port that it listens on, also when 0 was asked for. */
  readonly port: number;
  /** Resolves when every thread has ended; rejects with the error of a thread that failed. */
  readonly closed: Promise<void>;
  readonly #architecture: Architecture;
  readonly #control = new Control();
  readonly #tally: Tally;
  readonly #ready: Promise<unknown>;
  #failure: Error | undefined;

  private constructor(architecture: Architecture, options: ServerOptions) {
    this.host = architecture.host;
    this.port = architecture.port;
    this.#architecture = architecture;
    this.#tally = new Tally([...CONNECTION_COUNTERS, ...options.sessions.outcomes]);
    const places = new Places(options.maxClients ?? Infinity);
    const shared: Omit<ThreadData, 'name'> = {
      control: this.#control.memory,
      tally: { names: this.#tally.names, memory: this.#tally.memory },
      limits: completeLimits(options.limits),
      places: { limit: places.limit, memory: places.memory },
      sessions: options.sessions,
      reportedOutcomes: options.reportedOutcomes ?? [],
    };
    const threads = architecture.threads.map((specification) => this.#startThread(specification, shared, options));
    this.#ready = Promise.all(threads.map(({ ready }) => ready));
    this.closed = Promise.all(threads.map(({ ended }) => ended)).then(() => {
      architecture.release();
      if (this.#failure !== undefined) throw this.#failure;
    });
    // Whoever awaits it hears of a failure; nobody has to.
    this.closed.catch(() => undefined);
  }

  /**
   * Starts the threads of an architecture and resolves when all of them serve.
   *
   * @throws what a thread threw while it started; all threads have then ended.
   */
  static async start(architecture: Architecture, options: ServerOptions): Promise<Server> {
    const server = new Server(architecture, options);
    try {
      await Promise.race([server.#ready, server.closed]);
    } catch (error) {
      await server.closed.catch(() => undefined);
      throw error;
    }
    return server;
  }

  /** Counts since the start, by name: connections, and exchanges by outcome. */
  tally(): Record<string, number> {
    return this.#tally.read();
  }

  /**
   * Stops accepting, lets those in service finish for at most `drainTimeoutMs`, then closes them; resolves when every
   * thread has ended. Calling it again with less time shortens the wait.
   *
   * @param drainTimeoutMs 0 or more; beyond 24 days, up to `Infinity`, it is as good as no limit and taken for 24 days
   * @throws the error of a thread that failed, as {@link Server.closed} rejects with it.
   */
  async stop(drainTimeoutMs: number = DEFAULT_DRAIN_TIMEOUT_MS): Promise<void> {
    this.#order(DRAIN);
    const cut = (): void => {
      this.#order(CUT);
    };
    const timer = setTimeout(cut, Math.min(drainTimeoutMs, MAX_TIMER_MS));
    try {
      await this.closed;
    } finally {
      clearTimeout(timer);
    }
  }

  #startThread(
    { name, entry, data, resourceLimits, ended }: ThreadSpecification,
    shared: Omit<ThreadData, 'name'>,
    { onReport, onNotice }: ServerOptions,
  ): StartedThread {
    const ready = Promise.withResolvers<undefined>();
    const exit = Promise.withResolvers<undefined>();
    let serves = false;
    const end = (): void => {
      ended?.(serves);
      exit.resolve(undefined);
    };
    try {
      if (this.#failure !== undefined) throw this.#failure; // those before it are ending already
      const worker = new Worker(entry, {
        name,
        workerData: { ...shared, ...data, name },
        ...(resourceLimits && { resourceLimits }),
      });
      worker.on('message', (message: ThreadMessage) => {
        if (message.type === 'report') onReport?.(message.report);
        else if (message.type === 'notice') onNotice?.(message.text);
        else if (message.type === 'failed') this.#fail(name, message.error);
        else {
          serves = true;
          ready.resolve(undefined);
        }
      });
      worker.on('error', (error) => {
        this.#fail(name, error);
      });
      worker.once('exit', (code) => {
        if (this.#control.order === RUN || code !== 0) {
          this.#fail(name, new Error(`thread ${name} must serve until it is told to stop, it ended with code ${code}`));
        }
        end();
      });
    } catch (error) {
      this.#fail(name, error);
      end();
    }
    return { ready: ready.promise, ended: exit.promise };
  }

  /** The first failure is the one to report: what follows is mostly its consequence. */
  #fail(name: string, error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(`thread ${name} failed: ${String(error)}`);
    this.#order(CUT);
  }

  #order(order: Order): void {
    if (order <= this.#control.order) return;
    this.#control.give(order);
    this.#architecture.wake(order);
  }
}

/** What becomes of one thread. */
interface StartedThread {
  /** Resolves when it says that it serves; stays pending when it never does. */
  readonly ready: Promise<undefined>;
  /** Resolves when it has ended, whether well or by an error. */
  readonly ended: Promise<undefined>;
}
