/** What a running server shows: its events, and what doesn't change. Only the main thread has it. */
import { arch, availableParallelism, platform, release, totalmem } from 'node:os';
import type { Conversation } from '@concurrent-primes/session';
import type { Backlog } from '@concurrent-primes/sockets';
import {
  type EventBatch,
  KINDS,
  MAIN_THREAD,
  type RecordingHeader,
  type ServerInfo,
  type ServerOptionValues,
  type ThreadRole,
  TraceReader,
  allocateRing,
} from '@concurrent-primes/trace';
import type { PhaseLimits } from './phase-limits.ts';
import type { ThreadTraceData } from './thread-trace.ts';

/** What a thread of one of our servers does. */
export type OwnThreadRole = Exclude<ThreadRole, 'clients'>;

/** Events that the ring of a thread keeps, by its role: a loop has the events of all clients. */
const RING_EVENTS: Readonly<Record<OwnThreadRole, number>> = { loop: 65_536, net: 65_536, accept: 16_384, pool: 8192 };

/** A server with more threads than this has no events. */
export const MAX_TRACED_THREADS = MAIN_THREAD - 1;

/** What an architecture says about itself to viewers. */
export interface ArchitectureInfo {
  readonly architecture: ServerInfo['architecture'];
  /** The name that people use, such as `epoll` or `pool`. */
  readonly name: string;
  readonly options: ServerOptionValues;
}

/** A thread that has events. */
export interface TracedThread {
  readonly name: string;
  readonly role: OwnThreadRole;
}

/** What a server is, for its events. */
export interface TracedServer {
  readonly info: ArchitectureInfo;
  readonly host: string;
  readonly port: number;
  readonly threads: readonly TracedThread[];
  readonly limits: PhaseLimits;
  readonly conversation: Conversation;
  /** Clock of the events: microseconds since the server started. */
  readonly nowUs: () => number;
  /** Connections that wait in the kernel; undefined where nobody knows. */
  readonly backlog?: (() => Backlog | undefined) | undefined;
}

/** The events of a server. */
export class ServerTrace {
  /** What doesn't change: the beginning of each recording. */
  readonly header: RecordingHeader;
  /** For each thread, in order: where it writes its events. */
  readonly threads: readonly ThreadTraceData[];
  readonly #reader: TraceReader;
  readonly #wake: () => void;
  #mode: readonly [mode: number, heldMs: number] = [0, 0];
  #order = 0;
  readonly #readBacklog: () => Backlog | undefined;
  #backlog: Backlog = { length: 0, maximum: 0 };

  /**
   * @param server - the server
   * @param wake - wakes the threads that wait without a time limit, so that they write a snapshot
   */
  constructor({ info, host, port, threads, limits, conversation, nowUs, backlog }: TracedServer, wake: () => void) {
    this.#wake = wake;
    this.#readBacklog = backlog ?? (() => undefined);
    const ordinals = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const { outcomes, notes = [] } = conversation;
    const phases = Object.entries(limits).map(([name, { timeoutMs }]) => ({ name, timeoutMs }));
    this.threads = threads.map(({ role }, thread) => ({
      ring: allocateRing(RING_EVENTS[role]),
      thread,
      threads: threads.length,
      phases: phases.map(({ name }) => name),
      outcomes,
      notes,
      ordinals,
      refuses: role === 'accept',
    }));
    const rings = this.threads.map(({ ring, thread, refuses }) => ({ memory: ring, thread, puts: refuses }));
    this.#reader = new TraceReader(rings, nowUs);
    this.header = {
      format: 'concurrent-primes/recording@1',
      server: {
        ...info,
        host,
        port,
        threads: threads.map(({ name, role }, index) => ({ index, name, role })),
        phases,
        outcomes,
      },
      startedMs: Date.now() - nowUs() / 1000,
      versions: { node: process.versions.node },
      machine: {
        platform: platform(),
        release: release(),
        architecture: arch(),
        processors: availableParallelism(),
        memoryBytes: totalmem(),
      },
    };
  }

  /**
   * Returns the events since the last call, in order. The first call returns those that are still there. There is one
   * reader: what one caller has read, another one doesn't get.
   */
  read(): EventBatch[] {
    this.#noteBacklog();
    return this.#reader.read();
  }

  /** Leaves out the events so far, but for the last ones of each thread: for readers that needn't have all of them. */
  passOver(): void {
    this.#reader.passOver();
  }

  /** Asks all threads for a snapshot; each writes one before its next turn or call. */
  askForSnapshots(): void {
    this.#reader.askForSnapshots();
    this.#reader.note(KINDS.GATE, ...this.#mode);
    this.#reader.note(KINDS.ORDER, this.#order, 0);
    this.#wake();
  }

  /** The gate was closed or opened. */
  noteGate(mode: number, heldMs: number): void {
    this.#mode = [mode, Math.round(heldMs)];
    this.#reader.note(KINDS.GATE, ...this.#mode);
  }

  /** An order was given. */
  noteOrder(order: number): void {
    this.#order = order;
    this.#reader.note(KINDS.ORDER, order, 0);
  }

  #noteBacklog(): void {
    const { length, maximum } = this.#readBacklog() ?? this.#backlog;
    if (length === this.#backlog.length && maximum === this.#backlog.maximum) return;
    this.#backlog = { length, maximum };
    this.#reader.note(KINDS.BACKLOG, length, maximum);
  }
}
