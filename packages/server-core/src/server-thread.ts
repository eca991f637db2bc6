/**
 * The context of a server thread: its data, and its messages to the main thread.
 *
 * A server thread blocks in system calls and doesn't return to its event loop to receive messages, so orders reach it
 * through shared memory (`control.ts`). In the other direction `postMessage` works at any time.
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type ServerRefusal,
  type Session,
  type SessionReport,
  type SessionSource,
  type Sessions,
  loadSessions,
} from '@concurrent-primes/session';
import { type Socket, WakePipe, formatAddress } from '@concurrent-primes/sockets';
import { ByteBuffer } from './byte-buffer.ts';
import { type Arrival, Connection, type Transport } from './connection.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { Control } from './control.ts';
import type { PhaseLimits } from './phase-limits.ts';
import { rehearse } from './rehearsal.ts';
import { SocketConnection, type SocketConnectionContext } from './socket-connection.ts';
import { Tally } from './tally.ts';

/** The most bytes of one `recv(2)`: servers receive short messages. */
const RECEIVE_BYTES = 4096;

/** Exchanges of clients that waited this long for a thread are reported whatever their outcome, in milliseconds. */
export const LONG_QUEUED_MS = 1000;

/** How an exchange of a client ended. */
export interface ClientReport<Report extends SessionReport = SessionReport> {
  /** The session's report. */
  readonly session: Report;
  /** `host:port` of the client, or `unknown` if it left before the kernel could tell. */
  readonly client: string;
  /** Time from the first byte of the request (without one, from connecting) to the end of the exchange. */
  readonly durationMs: number;
  /** Time that the client waited for a thread after it was accepted; 0 in architectures without a queue. */
  readonly queuedMs: number;
  /** Name of the thread that served it. */
  readonly thread: string;
}

/** Level of a notice. */
export type NoticeLevel = 'info' | 'warn';

/** A message to the main thread. */
export type ThreadMessage<Report extends SessionReport = SessionReport> =
  | { readonly type: 'ready' }
  | { readonly type: 'report'; readonly report: ClientReport<Report> }
  | { readonly type: 'notice'; readonly text: string; readonly level: NoticeLevel }
  | { readonly type: 'failed'; readonly error: unknown };

/** The `workerData` of every server thread, without what the architecture adds. */
export interface ThreadData {
  readonly name: string;
  readonly control: SharedArrayBuffer;
  readonly tally: { readonly names: readonly string[]; readonly memory: SharedArrayBuffer };
  readonly limits: PhaseLimits;
  readonly connections: { readonly limit: number; readonly memory: SharedArrayBuffer };
  readonly sessions: SessionSource;
  /** Outcomes that are reported to the main thread; all are counted. */
  readonly reportedOutcomes: readonly string[];
}

/** The context of the code that runs in a server thread. */
export class ServerThread<Data extends object> implements SocketConnectionContext {
  readonly data: ThreadData & Data;
  readonly control: Control;
  readonly limits: PhaseLimits;
  readonly receiveBuffer = new ByteBuffer(RECEIVE_BYTES);
  readonly sendBuffer: ByteBuffer;
  readonly #tally: Tally;
  readonly #connections: ConnectionLimit;
  readonly #sessions: Sessions;
  readonly #reported: ReadonlySet<string>;
  #turnBeganMs: number | undefined;

  private constructor(data: ThreadData & Data, sessions: Sessions, sendBytes: number) {
    this.data = data;
    this.limits = data.limits;
    this.control = new Control(data.control);
    this.sendBuffer = new ByteBuffer(sessions.sendMemory?.(sendBytes) ?? sendBytes);
    this.#tally = new Tally(data.tally.names, data.tally.memory);
    this.#connections = new ConnectionLimit(data.connections.limit, data.connections.memory);
    this.#sessions = sessions;
    this.#reported = new Set(data.reportedOutcomes);
  }

  /**
   * Loads the session module in this thread. Call it once, in a worker that a server started.
   *
   * @param sendBytes - size of the thread's send buffer: the most bytes of one `send(2)`
   */
  static async begin<Data extends object>(sendBytes: number): Promise<ServerThread<Data>> {
    const data = workerData as ThreadData & Data;
    // A thread's first system call loads the FFI library, which takes descriptors. Load it now: when the first client
    // comes, there may be none left.
    new WakePipe().close();
    return new ServerThread(data, await loadSessions(data.sessions), sendBytes);
  }

  /** Counts a connection against the connection limit; returns false when the limit is reached. */
  admit(): boolean {
    return this.#connections.take();
  }

  /**
   * Opens a session for an accepted socket.
   *
   * @param socket - the socket; the connection owns it
   * @param arrival - see {@link Arrival}
   */
  open(socket: Socket, arrival: Arrival): SocketConnection {
    return new SocketConnection(socket, this.#openSession(socket), this, arrival);
  }

  /**
   * Opens a session for a client whose bytes are not carried by a {@link Socket}.
   *
   * @param transport - carries the bytes; the connection owns it
   * @param arrival - see {@link Arrival}
   */
  openOn(transport: Transport, arrival: Arrival): Connection {
    return new Connection(transport, this.#openSession(transport), this, arrival);
  }

  /** Closes a connection and removes it from the connection limit. */
  close(connection: Connection, cause?: 'shutdown'): void {
    if (connection.closed) return;
    connection.close(cause);
    if (connection.admitted) this.#connections.release();
    this.#tally.add('connections-closed');
  }

  /** Refuses an accepted client and closes its socket without waiting. */
  turnAway(socket: Socket, reason: ServerRefusal): void {
    const connection = this.open(socket, { admitted: false });
    connection.turnAway(reason);
    this.close(connection, 'shutdown');
  }

  /** Runs the serving code once before the first client connects; see `rehearsal.ts`. */
  rehearse(serve: (connection: SocketConnection) => void): void {
    rehearse(this.#sessions.open(), this, serve);
  }

  /** Tells the main thread that this thread serves. */
  ready(): void {
    this.#post({ type: 'ready' });
  }

  /** Sends a message to the server's log. */
  notice(text: string, level: NoticeLevel = 'warn'): void {
    this.#post({ type: 'notice', text, level });
  }

  /**
   * Tells the main thread that this thread has failed but continues because other threads wait for it; the main thread
   * then cuts the server. A thread that no other thread waits for throws instead.
   */
  failed(error: unknown): void {
    this.#post({ type: 'failed', error });
  }

  now(): number {
    return this.#turnBeganMs ?? performance.now();
  }

  /**
   * Reads the clock once for a whole turn of a loop: reading it for each step costs more than some of the steps.
   *
   * @returns the time that {@link ServerThread.now} returns until the next turn
   */
  beginTurn(): number {
    this.#turnBeganMs = performance.now();
    return this.#turnBeganMs;
  }

  account(connection: Connection, session: SessionReport, durationMs: number): void {
    this.#tally.add(session.outcome);
    const { queuedMs } = connection;
    if (!this.#reported.has(session.outcome) && queuedMs < LONG_QUEUED_MS) return;
    const { name: thread } = this.data;
    const report = { session, client: clientName(connection), durationMs, queuedMs, thread };
    this.#post({ type: 'report', report });
  }

  #openSession(transport: Transport): Session {
    this.#tally.add('connections');
    // Only if reports need the address: this is a system call.
    if (this.#reported.size > 0) transport.rememberPeer();
    return this.#sessions.open();
  }

  #post(message: ThreadMessage): void {
    parentPort!.postMessage(message);
  }
}

function clientName(connection: Connection): string {
  try {
    return formatAddress(connection.peerAddress());
  } catch {
    return 'unknown';
  }
}
