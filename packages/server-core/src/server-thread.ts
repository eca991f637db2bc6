/**
 * What a thread of a server starts with, and what it tells the main thread.
 *
 * A server thread blocks in system calls and never returns to its event loop to receive a message, so everything that
 * must reach it later goes through shared memory (`control.ts`). In the other direction `postMessage` passes a message
 * to the main thread's event loop at once.
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

/** The most bytes that one `recv(2)` takes; no session of a server expects long messages. */
const RECEIVE_BYTES = 4096;

/** A client that waits this long for a thread is reported, whatever its outcome is, in milliseconds. */
const LONG_QUEUED_MS = 1000;

/** How an exchange ended, and whose it was. */
export interface ClientReport<Report extends SessionReport = SessionReport> {
  /** What the session reported. */
  readonly session: Report;
  /** `host:port` of the client, or `unknown` if it left before the kernel was asked. */
  readonly client: string;
  /** From the first byte of the request (or from connecting, if none came) to the end of the exchange. */
  readonly durationMs: number;
  /** How long the client waited for a thread after it was accepted; 0 for architectures without a queue. */
  readonly queuedMs: number;
  /** Name of the thread that served it. */
  readonly thread: string;
}

/** How important a notice is. */
export type NoticeLevel = 'info' | 'warn';

/** What a thread tells the main thread. */
export type ThreadMessage<Report extends SessionReport = SessionReport> =
  | { readonly type: 'ready' }
  | { readonly type: 'report'; readonly report: ClientReport<Report> }
  | { readonly type: 'notice'; readonly text: string; readonly level: NoticeLevel }
  | { readonly type: 'failed'; readonly error: unknown };

/** What every server thread gets as its `workerData`, apart from what the architecture adds. */
export interface ThreadData {
  readonly name: string;
  readonly control: SharedArrayBuffer;
  readonly tally: { readonly names: readonly string[]; readonly memory: SharedArrayBuffer };
  readonly limits: PhaseLimits;
  readonly connections: { readonly limit: number; readonly memory: SharedArrayBuffer };
  readonly sessions: SessionSource;
  /** Outcomes that are posted to the main thread one by one; all are counted. */
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
   * Loads the session module in this thread. Call it once, from a worker that a server started.
   *
   * @param sendBytes - size of the thread's send buffer: the most bytes of one `send(2)`
   */
  static async begin<Data extends object>(sendBytes: number): Promise<ServerThread<Data>> {
    const data = workerData as ThreadData & Data;
    // A thread's first system call loads the library that makes them, and that takes descriptors: it has to happen now,
    // and not with the first client, when there may be none left.
    new WakePipe().close();
    return new ServerThread(data, await loadSessions(data.sessions), sendBytes);
  }

  /** Counts one more connection against the connection limit; returns false when the limit is reached. */
  admit(): boolean {
    return this.#connections.take();
  }

  /**
   * Opens the session of an accepted socket, which the connection then owns.
   *
   * @param socket - the socket
   * @param arrival - whether the connection limit counts this connection, and how long it waited
   */
  open(socket: Socket, arrival: Arrival): SocketConnection {
    return new SocketConnection(socket, this.#openSession(socket), this, arrival);
  }

  /**
   * The same for a client whose bytes are carried by something else than a socket of ours.
   *
   * @param transport - what carries the bytes
   * @param arrival - see {@link ServerThread.open}
   */
  openOn(transport: Transport, arrival: Arrival): Connection {
    return new Connection(transport, this.#openSession(transport), this, arrival);
  }

  /** Closes a connection and gives back what it was counted for. */
  close(connection: Connection, cause?: 'shutdown'): void {
    if (connection.closed) return;
    connection.close(cause);
    if (connection.admitted) this.#connections.release();
    this.#tally.add('connections-closed');
  }

  /** Refuses an accepted client and closes its socket, without waiting for it. */
  turnAway(socket: Socket, reason: ServerRefusal): void {
    const connection = this.open(socket, { admitted: false });
    connection.turnAway(reason);
    this.close(connection, 'shutdown');
  }

  /** Lets the code that serves run once before the first client comes; see `rehearsal.ts`. */
  rehearse(serve: (connection: SocketConnection) => void): void {
    rehearse(this.#sessions.open(), this, serve);
  }

  /** Tells the main thread that this thread serves now. */
  ready(): void {
    this.#post({ type: 'ready' });
  }

  /** Tells the people who run the server something that they should know. */
  notice(text: string, level: NoticeLevel = 'warn'): void {
    this.#post({ type: 'notice', text, level });
  }

  /**
   * Tells the main thread that this thread has failed, but goes on because other threads wait for it; the main thread
   * cuts the server. A thread that no other thread waits for simply throws.
   */
  failed(error: unknown): void {
    this.#post({ type: 'failed', error });
  }

  now(): number {
    return this.#turnBeganMs ?? performance.now();
  }

  /**
   * Reads the clock once for everything that happens in one turn of a loop: reading it for each step of each client
   * would cost more than some of the steps.
   *
   * @returns what {@link ServerThread.now} returns until the next turn
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
    // Only if reports need the address, since this asks the kernel.
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
    return 'unknown'; // it left before the kernel was asked
  }
}
