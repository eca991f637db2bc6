/**
 * What a server needs to know of a conversation: the four verbs, and nothing of its meaning.
 *
 * A session is one side of one connection's conversation without I/O: it holds no socket, thread, clock or callback.
 * It says which verb it waits for next; whoever drives it performs that verb and tells what came of it. The servers of
 * this repository are two drivers of this one interface, and know nothing of primes: a server thread loads its session
 * from a module URL (see {@link SessionModule}).
 */
import type { WorkerOptions } from 'node:worker_threads';

/**
 * What a session waits for: bytes from the peer, a slice of computing, room on the wire for its bytes, or its end.
 */
export type Verb = 'receive' | 'work' | 'send' | 'close';

/**
 * What kind of waiting it is; a server maps it to a time limit.
 *
 * - `idle`: for the first byte of a request
 * - `request`: for the rest of a request of which some bytes have come
 * - `answer`: counting or sending
 * - `sum`: the whole answer is out, the peer's sum has not come
 * - `farewell`: refused; waits for the peer to close and discards what it still sends
 */
export type Phase = 'idle' | 'request' | 'answer' | 'sum' | 'farewell';

/** Why a server, not its peer, ends a conversation early. */
export type ServerRefusal = 'busy' | 'shutting-down';

/** How one exchange (a request and what followed it) ended. It must survive a structured clone. */
export interface SessionReport {
  /** One word of {@link SessionModule.outcomes}; what the tally counts. */
  readonly outcome: string;
}

/** One connection's conversation, seen from its driver. */
export interface Session {
  /** The verb it waits for now. */
  readonly next: Verb;
  /** What kind of waiting that is. */
  readonly phase: Phase;
  /** While `next` is `receive`: the most bytes it takes now, at least 1. */
  readonly expects: number;
  /** Takes bytes that arrived and returns how many it took; an empty array says that the peer has ended its sending. */
  receive(bytes: Uint8Array): number;
  /** Does one bounded slice of computing. */
  work(): void;
  /**
   * The next bytes for the wire, at most `maxBytes` of them: a view that is valid until the thread's next call of any
   * session. It is empty when this slice was used up by computing.
   */
  send(maxBytes: number): Uint8Array;
  /** The wire took the first `count` of the bytes handed out last. */
  sent(count: number): void;
  /** The connection is over: without a cause because `next` was `close`, otherwise because of it. */
  close(cause?: 'reset' | 'too-slow' | 'shutdown'): void;
  /** The time limit of the present phase has passed. */
  expire(): void;
  /** The server shuts down: an idle session refuses, one in service ends after the present exchange. */
  drain(): void;
  /** Refuses in place of an answer; returns false when a byte of the answer is already out. */
  refuse(reason: ServerRefusal): boolean;
  /** The report of an exchange that has just ended, once. */
  takeReport(): SessionReport | undefined;
}

/** What a module that a server thread loads its sessions from must export. */
export interface SessionModule {
  /** Called once in each thread; the function that it returns is called once for each connection. */
  createSessionFactory(options: unknown): () => Session;
}

/** Which sessions a server's threads open. */
export interface SessionSource {
  /** URL of a module that has the exports of {@link SessionModule}. */
  readonly module: string;
  /** Handed to `createSessionFactory` in every thread; must survive a structured clone. */
  readonly options?: WorkerOptions['workerData'];
  /** Every word that {@link SessionReport.outcome} can be. */
  readonly outcomes: readonly string[];
}

/**
 * Loads the session module in the thread that will run its sessions.
 *
 * @throws TypeError when the module lacks `createSessionFactory`.
 */
export async function loadSessionFactory(source: SessionSource): Promise<() => Session> {
  const module = (await import(source.module)) as Partial<SessionModule>;
  if (typeof module.createSessionFactory !== 'function') {
    throw new TypeError(`a session module must export createSessionFactory(), ${source.module} does not`);
  }
  return module.createSessionFactory(source.options);
}
