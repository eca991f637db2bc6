/**
 * Churn over one server: it is started as a process of its own, meets the mix, and is looked at before and after.
 *
 * A first tenth of the clients warms it up: engines compile, heaps grow to their working size, and one client asks for
 * all primes, so that the table of primes is full. From then on its memory may no longer grow, but for a slack: a heap
 * is collected now and then, not always. Descriptors and threads have no slack, and must be as they were at the start.
 */
import { readFileSync } from 'node:fs';
import { eventually } from '../../packages/fixtures/src/eventually.ts';
import { currentResources, expectNoLeak, type Resources } from '../../packages/fixtures/src/leaks.ts';
import { Peer } from '../../packages/fixtures/src/peer.ts';
import type { KnownAnswer } from '../../packages/fixtures/src/primes.ts';
import { residentBytes } from '../../packages/fixtures/src/processes.ts';
import { type ServerProcess, startServer } from '../lib/server-process.ts';
import { Accounts, NOTHING_COUNTED, readSummary, type Summary } from './accounts.ts';
import { type Kind, type Visit, visitsFor } from './mix.ts';
import type { Reference } from './reference.ts';

/** How many visits are under way at the same time. */
const VISITS_AT_ONCE = 64;
/** The part of the connections that warms up. */
const WARM_UP = 0.1;
const START_TIMEOUT_MS = 20_000;
/** A server that fails so many clients has failed. */
const MOST_FAULTS = 50;

/** How to run churn over a server. */
export interface ChurnOptions {
  /** Starts the server: a program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** How many connections to make. */
  readonly connections: number;
  /** What the widest client asks for. */
  readonly widest: KnownAnswer;
  /** How far the resident set may grow after the warm-up, in bytes. */
  readonly slackBytes: number;
  /** How long the server may take to close the last connections, in milliseconds. */
  readonly quietTimeoutMs: number;
  readonly reference: Reference;
  /** Told now and then how many connections have been made. */
  readonly onProgress: (connections: number) => void;
}

/** What the server's process holds at one moment, when nobody is connected. */
export interface Stock extends Pick<Resources, 'descriptors' | 'threads'> {
  readonly memoryBytes: number;
}

/** How a server came through. */
export interface Report {
  readonly elapsedMs: number;
  /** How many clients came, by kind. */
  readonly visits: ReadonlyMap<Kind, number>;
  /** What the server counted. */
  readonly summary: Summary;
  readonly atStart: Stock;
  readonly warm: Stock;
  readonly atEnd: Stock;
  /** What was not as it must be, a line each; empty when all was well. */
  readonly faults: readonly string[];
}

/**
 * Runs churn over one server.
 *
 * @throws Error when the server does not start; what goes wrong later is a fault in the report.
 */
export async function churn(options: ChurnOptions): Promise<Report> {
  const [program, ...args] = options.command;
  return new Run(await startServer(program, args, { timeoutMs: START_TIMEOUT_MS }), options).report();
}

class Run {
  readonly #server: ServerProcess;
  readonly #options: ChurnOptions;
  readonly #accounts = new Accounts();
  readonly #visits = new Map<Kind, number>();
  readonly #faults: string[] = [];

  constructor(server: ServerProcess, options: ChurnOptions) {
    this.#server = server;
    this.#options = options;
  }

  async report(): Promise<Report> {
    const { connections, slackBytes, reference } = this.#options;
    const resources = currentResources(this.#server.pid);
    const atStart = this.#stock();
    const startMs = performance.now();
    const visits = visitsFor(connections - 1, reference);
    await this.#attempt(() => this.#visitWidest());
    await this.#meet(visits, connections * WARM_UP);
    const warm = await this.#stockWhenQuiet(atStart, resources);
    await this.#meet(visits, connections);
    const atEnd = await this.#stockWhenQuiet(warm, resources);
    const elapsedMs = performance.now() - startMs;
    if (atEnd.memoryBytes > warm.memoryBytes + slackBytes) {
      const [grown, slack] = [atEnd.memoryBytes - warm.memoryBytes, slackBytes].map((bytes) =>
        (bytes / 2 ** 20).toFixed(1),
      );
      this.#faults.push(`memory after the warm-up may grow by ${slack} MiB, it grew by ${grown} MiB`);
    }
    let summary = NOTHING_COUNTED;
    await this.#attempt(async () => {
      summary = readSummary(await this.#server.stop());
      this.#faults.push(...this.#accounts.disagreements(summary));
    });
    return { elapsedMs, visits: this.#visits, summary, atStart, warm, atEnd, faults: this.#faults };
  }

  /** Makes visits, some at a time, until there were so many connections in all. */
  async #meet(visits: Iterator<Visit, void>, connections: number): Promise<void> {
    const work = async (): Promise<void> => {
      while (this.#accounts.connections < connections && this.#faults.length < MOST_FAULTS) {
        const { value: visit } = visits.next();
        if (visit === undefined) return;
        this.#accounts.connections += visit.connections;
        for (const outcomes of visit.leaves) this.#accounts.enter(outcomes);
        this.#visits.set(visit.kind, (this.#visits.get(visit.kind) ?? 0) + 1);
        await this.#attempt(() => visit.make(this.#server.port));
        this.#options.onProgress(this.#accounts.connections);
      }
    };
    await Promise.all(Array.from({ length: VISITS_AT_ONCE }, work));
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#faults.push(error instanceof Error ? error.message : String(error));
    }
  }

  /** The first client, and the widest: afterwards a server that keeps a table of primes has filled it. */
  async #visitWidest(): Promise<void> {
    const { limit, count, sum } = this.#options.widest;
    this.#accounts.connections += 1;
    this.#accounts.enter(['served']);
    await using peer = await Peer.connect(this.#server.port);
    await peer.sendRequest(0, limit);
    const answer = await peer.readPrimes(await peer.readCount(), [0, limit]);
    if (answer.count !== count || answer.sum !== sum) {
      const got = `${answer.count} of sum ${answer.sum}`;
      throw new Error(`the primes up to ${limit}: expected ${count} of sum ${sum}, got ${got}`);
    }
    await peer.sendSum(sum);
    await peer.end();
    await peer.readEnd();
  }

  /**
   * Waits until nobody is connected any more: first until none waits to be accepted (as nobody comes now, none will),
   * then until those who were accepted have been closed.
   */
  async #quiet(before: Resources): Promise<void> {
    const { quietTimeoutMs } = this.#options;
    await eventually(
      () => {
        const waiting = waitingConnections(this.#server.port);
        if (waiting > 0) throw new Error(`all connections must be accepted, ${waiting} wait`);
      },
      { deadlineMs: quietTimeoutMs, intervalMs: 20 },
    );
    await expectNoLeak(before, quietTimeoutMs, this.#server.pid);
  }

  /** Takes stock when nobody is connected; what it held before, when there is no process any more. */
  async #stockWhenQuiet(before: Stock, resources: Resources): Promise<Stock> {
    await this.#attempt(() => this.#quiet(resources));
    try {
      return this.#stock();
    } catch {
      return before; // its end is a fault that stop() finds
    }
  }

  #stock(): Stock {
    const { descriptors, threads } = currentResources(this.#server.pid);
    return { memoryBytes: residentBytes(this.#server.pid), descriptors, threads };
  }
}

/** How many connections wait in the backlogs of a port of 127.0.0.1. proc(5), /proc/net/tcp */
function waitingConnections(port: number): number {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const LISTEN = '0A';
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local === address && state === LISTEN)
    .reduce((sum, [, , , , queues = '']) => sum + parseInt(queues.split(':')[1]!, 16), 0);
}
