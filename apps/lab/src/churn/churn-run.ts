/**
 * Churn over one server: it is started as a process, receives the mix of clients, and its resources are compared before
 * and after.
 *
 * The first half of the clients warms it up: engines compile, heaps grow to their working size, and one client asks for
 * all primes, which fills the table of primes. From then on its memory may grow only by a slack, because a heap is
 * collected now and then, not at once. Descriptors and threads have no slack.
 */
import { type KnownAnswer, Peer } from '@concurrent-primes/conformance';
import { ServerProcess } from '@concurrent-primes/harness';
import { setTimeout as delay } from 'node:timers/promises';
import { type Kind, type Visit, visitsFor } from './churn-mix.ts';
import { NOTHING_COUNTED, OutcomeAccounts, readSummary, type ServerSummary } from './outcome-accounts.ts';
import type { ReferenceAnswers } from './reference-answers.ts';
import { describeLeak, readResources, type ServerResources, waitingConnections } from '../server-resources.ts';

/** Visits made at the same time. */
const VISITS_AT_ONCE = 64;
/** Share of the connections that warms up: heaps of 200,000 connections still grow after a tenth of them, not after half. */
const WARM_UP = 0.5;
const START_TIMEOUT_MS = 20_000;
const LOOK_AGAIN_MS = 10;
/** A run is given up after this many faults. */
const MOST_FAULTS = 50;

export interface ChurnOptions {
  /** Starts the server: a program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Number of connections to make. */
  readonly connections: number;
  /** What the widest client asks for. */
  readonly widest: KnownAnswer;
  /** How far the resident memory may grow after the warm-up. */
  readonly slackBytes: number;
  /** How long the server may take to close the last connections. */
  readonly quietTimeoutMs: number;
  readonly reference: ReferenceAnswers;
  /** Called after each visit with the number of connections made so far. */
  readonly onProgress: (connections: number) => void;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
}

export interface ChurnReport {
  readonly elapsedMs: number;
  /** The number of clients by kind. */
  readonly visits: ReadonlyMap<Kind, number>;
  /** What the server counted. */
  readonly summary: ServerSummary;
  /** Resources at the start, after the warm-up and at the end, while no client is connected. */
  readonly atStart: ServerResources;
  readonly warm: ServerResources;
  readonly atEnd: ServerResources;
  /** One line for each thing that was wrong; empty if the server passed. */
  readonly faults: readonly string[];
}

/** @throws StartFailure if the server doesn't start; later errors are faults in the report; the signal's reason */
export async function runChurn(options: ChurnOptions): Promise<ChurnReport> {
  await using server = await ServerProcess.start(options.command, { timeoutMs: START_TIMEOUT_MS });
  return await new Run(server, options).report();
}

class Run {
  readonly #server: ServerProcess;
  readonly #options: ChurnOptions;
  readonly #accounts = new OutcomeAccounts();
  readonly #visits = new Map<Kind, number>();
  readonly #faults: string[] = [];

  constructor(server: ServerProcess, options: ChurnOptions) {
    this.#server = server;
    this.#options = options;
  }

  async report(): Promise<ChurnReport> {
    const { connections, slackBytes, reference, signal } = this.#options;
    const atStart = readResources(this.#server.pid);
    const startMs = performance.now();
    const visits = visitsFor(connections - 1, reference);
    await this.#attempt(() => this.#visitWidest());
    await this.#make(visits, connections * WARM_UP);
    const warm = await this.#resourcesWhenQuiet(atStart, atStart);
    await this.#make(visits, connections);
    signal?.throwIfAborted();
    const atEnd = await this.#resourcesWhenQuiet(atStart, warm);
    const elapsedMs = performance.now() - startMs;
    if (atEnd.memoryBytes > warm.memoryBytes + slackBytes) {
      const [grown, slack] = [atEnd.memoryBytes - warm.memoryBytes, slackBytes].map((bytes) =>
        (bytes / 2 ** 20).toFixed(1),
      );
      this.#faults.push(`memory after the warm-up may grow by ${slack} MiB, it grew by ${grown} MiB`);
    }
    let summary = NOTHING_COUNTED;
    await this.#attempt(async () => {
      summary = readSummary((await this.#server.stopInOrder(START_TIMEOUT_MS)).stderr);
      this.#faults.push(...this.#accounts.disagreements(summary));
    });
    return { elapsedMs, visits: this.#visits, summary, atStart, warm, atEnd, faults: this.#faults };
  }

  /** Makes visits, several at a time, until there is a number of connections in all. */
  async #make(visits: Iterator<Visit, void>, connections: number): Promise<void> {
    const isOver = (): boolean =>
      this.#accounts.connections >= connections ||
      this.#faults.length >= MOST_FAULTS ||
      this.#options.signal?.aborted === true;
    const work = async (): Promise<void> => {
      while (!isOver()) {
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

  /** The first client asks for the widest interval: then a server that keeps a table of primes has filled it. */
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
   * Waits until no client is connected, and reads the resources: first until none is in the backlog (no more will come),
   * then until the accepted ones are closed.
   *
   * @param last - the last reading, in case the process has ended
   */
  async #resourcesWhenQuiet(atStart: ServerResources, last: ServerResources): Promise<ServerResources> {
    const { pid, port } = this.#server;
    await this.#attempt(async () => {
      await this.#untilRight(() => {
        const waiting = waitingConnections(port);
        return waiting > 0 ? `all connections must be accepted, ${waiting} wait` : undefined;
      });
      await this.#untilRight(() => describeLeak(readResources(pid), atStart));
    });
    try {
      return readResources(pid);
    } catch {
      return last; // stopInOrder() reports its end
    }
  }

  /** Looks until nothing is wrong any more, or throws what is wrong at the time limit. */
  async #untilRight(look: () => string | undefined): Promise<void> {
    const { quietTimeoutMs } = this.#options;
    const endMs = performance.now() + quietTimeoutMs;
    for (let wrong = look(); wrong !== undefined; wrong = look()) {
      if (performance.now() >= endMs) throw new Error(`${wrong} after ${quietTimeoutMs} ms`);
      await delay(LOOK_AGAIN_MS);
    }
  }
}
