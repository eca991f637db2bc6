/**
 * What a thread of a server starts with, and what it tells the main thread.
 *
 * A server thread blocks in system calls, so it never comes back to its event loop to receive a message: everything
 * that must reach it later goes through shared memory (`control.ts`). The other direction is free: `postMessage` hands
 * a message to the main thread's event loop at once.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Socket, WakePipe, formatAddress, isExhausted, socketPair } from '@concurrent-primes/sockets';
import { Connection, type ConnectionContext } from './connection.ts';
import { Control } from './control.ts';
import { Places } from './places.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { type Session, type SessionReport, type SessionSource, loadSessionFactory } from './session.ts';
import { Tally } from './tally.ts';
import type { TimeLimits } from './time-limits.ts';

/** The most bytes that one `recv(2)` takes; no session of a server expects long messages. */
const RECEIVE_BYTES = 4096;

/** How an exchange ended, and whose it was. */
export interface ClientReport {
  /** What the session said; its further fields are the session's own. */
  readonly session: SessionReport;
  /** `host:port` of the client, or `unknown` when it was gone before we could ask. */
  readonly client: string;
  /** From the request's first byte (or from connecting, if none came) to the end of the exchange. */
  readonly durationMs: number;
  /** Name of the thread that served it. */
  readonly thread: string;
}

/** What a thread tells the main thread. */
export type ThreadMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'report'; readonly report: ClientReport }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'failed'; readonly error: unknown };

/** What every server thread gets as its `workerData`, whatever the architecture adds to it. */
export interface ThreadData {
  readonly name: string;
  readonly control: SharedArrayBuffer;
  readonly tally: { readonly names: readonly string[]; readonly memory: SharedArrayBuffer };
  readonly limits: TimeLimits;
  readonly places: { readonly limit: number; readonly memory: SharedArrayBuffer };
  readonly sessions: SessionSource;
  /** Outcomes that are posted to the main thread one by one; all are tallied. */
  readonly reportedOutcomes: readonly string[];
}

/** The surroundings of the code that runs in a server thread. */
export class ServerThread<Data extends object> implements ConnectionContext {
  readonly data: ThreadData & Data;
  readonly control: Control;
  readonly tally: Tally;
  readonly places: Places;
  readonly receiveBuffer = new ReceiveBuffer(RECEIVE_BYTES);
  #turnBeganMs: number | undefined;
  #rehearsing = false;
  readonly #openSession: () => Session;
  readonly #reported: ReadonlySet<string>;

  private constructor(data: ThreadData & Data, openSession: () => Session) {
    this.data = data;
    this.control = new Control(data.control);
    this.tally = new Tally(data.tally.names, data.tally.memory);
    this.places = new Places(data.places.limit, data.places.memory);
    this.#openSession = openSession;
    this.#reported = new Set(data.reportedOutcomes);
  }

  /** Loads the session module in this thread; call it once, from a worker that a server started. */
  static async begin<Data extends object>(): Promise<ServerThread<Data>> {
    const data = workerData as ThreadData & Data;
    // A thread's first system call loads the library that makes them, and that takes descriptors: it has to be now, and
    // not with the first client, when there may be none left.
    new WakePipe().close();
    return new ServerThread(data, await loadSessionFactory(data.sessions));
  }

  /** Opens a session for an accepted socket, which the connection then owns. */
  openConnection(socket: Socket): Connection {
    this.tally.add('connections');
    // Now, since after a reset the kernel no longer knows; and only where somebody wants to know, since it asks the
    // kernel.
    if (this.#reported.size > 0) socket.rememberPeer();
    return new Connection(socket, this.#openSession(), this);
  }

  /** Closes a connection and counts it. */
  closeConnection(connection: Connection, cause?: 'shutdown'): void {
    if (connection.closed) return;
    connection.close(cause);
    this.tally.add('connections-closed');
  }

  /**
   * Serves a client that isn't one: it is refused, and has ended its sending already. So the code that serves is there
   * when the first client comes, who would otherwise wait for it, some milliseconds. Nothing of it is counted or
   * reported. Without descriptors to spare there is no rehearsal.
   *
   * @param serve brings the connection to its end, as it would any other
   */
  rehearse(serve: (connection: Connection) => void): void {
    let pair: [Socket, Socket];
    try {
      pair = socketPair();
    } catch (error) {
      if (isExhausted(error)) return;
      throw error;
    }
    const [socket, client] = pair;
    client.shutdown('write');
    const connection = new Connection(socket, this.#openSession(), this);
    connection.session.refuse('busy');
    this.#rehearsing = true;
    try {
      serve(connection);
    } finally {
      connection.close('shutdown');
      this.#rehearsing = false;
      client.close();
    }
  }

  /** Says that this thread now serves. */
  ready(): void {
    this.#post({ type: 'ready' });
  }

  /** Tells the people who run the server something that they should know. */
  notice(text: string): void {
    this.#post({ type: 'notice', text });
  }

  /**
   * Says that this thread has failed, for a thread that others would wait for if it ended now: it goes on, and the main
   * thread cuts the server. A thread that nobody waits for just throws.
   */
  failed(error: unknown): void {
    this.#post({ type: 'failed', error });
  }

  now(): number {
    return this.#turnBeganMs ?? performance.now();
  }

  /**
   * For a thread that serves many clients in turns: reads the clock once for all that happens in this one. To read it
   * for each step of each client would cost more than some of the steps.
   *
   * @returns what {@link now} gives until the next turn
   */
  beginTurn(): number {
    this.#turnBeganMs = performance.now();
    return this.#turnBeganMs;
  }

  account(connection: Connection, session: SessionReport, durationMs: number): void {
    if (this.#rehearsing) return;
    this.tally.add(session.outcome);
    if (!this.#reported.has(session.outcome)) return;
    const report = { session, client: clientName(connection.socket), durationMs, thread: this.data.name };
    this.#post({ type: 'report', report });
  }

  #post(message: ThreadMessage): void {
    parentPort!.postMessage(message);
  }
}

function clientName(socket: Socket): string {
  try {
    return formatAddress(socket.peerAddress());
  } catch {
    return 'unknown'; // it was gone before it could be asked
  }
}
