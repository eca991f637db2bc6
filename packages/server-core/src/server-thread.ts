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
import { type CallName, GATE_PASSAGES } from '@concurrent-primes/trace';
import { AddressLimit, UNCOUNTED } from './address-limit.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { type Arrival, Connection, type Transport } from './connection.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { FailedSession } from './failed-session.ts';
import { Control } from './control.ts';
import { ThreadGate } from './gate.ts';
import { Meter } from './meter.ts';
import type { PhaseLimits } from './phase-limits.ts';
import { rehearse } from './rehearsal.ts';
import { ReportLimit } from './report-limit.ts';
import { SocketConnection, type SocketConnectionContext } from './socket-connection.ts';
import { Tally } from './tally.ts';
import { type ReadySockets, ThreadTrace, type ThreadTraceData } from './thread-trace.ts';

/** The most bytes of one `recv(2)`: servers receive short messages. */
const RECEIVE_BYTES = 4096;

/** Exchanges of clients that waited this long for a thread are reported whatever their outcome, in milliseconds. */
export const LONG_QUEUED_MS = 1000;

/** How an exchange of a client ended. */
export interface ClientReport<Report extends SessionReport = SessionReport> {
  readonly session: Report;
  /** `host:port` of the client, or `unknown` if it left before the kernel could tell. */
  readonly client: string;
  /** Time from the first byte of the request (without one, from connecting) to the end of the exchange. */
  readonly durationMs: number;
  /** Time that the client waited for a thread after it was accepted; 0 in architectures without a queue. */
  readonly queuedMs: number;
  readonly thread: string;
}

export type NoticeLevel = 'info' | 'warn';

/** A message to the main thread. */
export type ThreadMessage<Report extends SessionReport = SessionReport> =
  | { readonly type: 'ready' }
  | { readonly type: 'report'; readonly report: ClientReport<Report> }
  /** Exchanges ended that are only counted, because there are too many reports. */
  | { readonly type: 'left-out' }
  | { readonly type: 'notice'; readonly text: string; readonly level: NoticeLevel }
  | { readonly type: 'failed'; readonly error: unknown };

/** The `workerData` of every server thread, without what the architecture adds. */
export interface ThreadData {
  readonly name: string;
  readonly control: SharedArrayBuffer;
  readonly tally: { readonly names: readonly string[]; readonly memory: SharedArrayBuffer };
  readonly limits: PhaseLimits;
  readonly connections: { readonly limit: number; readonly memory: SharedArrayBuffer };
  /** Connections that have been idle for at least this long may have to make room, in milliseconds. */
  readonly evictAfterMs: number;
  /** The limit of each address; undefined if there is none. */
  readonly addresses: { readonly limit: number; readonly memory: SharedArrayBuffer } | undefined;
  readonly sessions: SessionSource;
  /** Outcomes that are reported to the main thread; all are counted. */
  readonly reportedOutcomes: readonly string[];
  /** Counts the reports that are left out. */
  readonly leftOut: SharedArrayBuffer;
  /** Exchanges that take longer are reported too. */
  readonly reportSlowerThanMs: number;
  /** The gate, and the number of this thread there. */
  readonly watchGate: { readonly memory: SharedArrayBuffer; readonly thread: number };
  /** When the server started, in microseconds of `process.hrtime`. */
  readonly startedUs: number;
  /** For the events of this thread; undefined if nobody may watch. */
  readonly trace: ThreadTraceData | undefined;
  /** Memory for the measurements of this thread; undefined if nobody wants them. */
  readonly meter: SharedArrayBuffer | undefined;
}

/** Descriptors of a loop that belong to no client. */
export interface OwnDescriptors {
  readonly listener: { readonly descriptor: number };
  readonly wakeDescriptor: number;
}

/** What {@link ServerThread.begin} makes for a thread. */
interface ThreadParts {
  readonly sendBytes: number;
  readonly offsetMs: number;
  readonly trace: ThreadTrace | undefined;
  readonly meter: Meter | undefined;
}

/** The context of the code that runs in a server thread. */
export class ServerThread<Data extends object> implements SocketConnectionContext {
  readonly data: ThreadData & Data;
  readonly control: Control;
  readonly limits: PhaseLimits;
  readonly receiveBuffer = new ByteBuffer(RECEIVE_BYTES);
  readonly sendBuffer: ByteBuffer;
  /** Writes the events of this thread. */
  readonly trace: ThreadTrace | undefined;
  readonly meter: Meter | undefined;
  readonly #gate: ThreadGate;
  readonly #tally: Tally;
  readonly #connections: ConnectionLimit;
  readonly #addresses: AddressLimit | undefined;
  readonly #sessions: Sessions;
  readonly #reported: ReadonlySet<string>;
  readonly #reportLimit: ReportLimit;
  /** The last reading of the clock: it holds for a turn of a loop, or until the next call that may block. */
  #clockMs: number | undefined;
  readonly #offsetMs: number;
  /** Whether the next call may block. */
  #blocking = false;
  #gateChanges = 0;
  #sessionHasFailed = false;

  private constructor(data: ThreadData & Data, sessions: Sessions, { sendBytes, offsetMs, trace, meter }: ThreadParts) {
    this.data = data;
    this.trace = trace;
    this.#offsetMs = offsetMs;
    this.meter = meter;
    this.#gate = new ThreadGate(data.watchGate.memory, data.watchGate.thread, offsetMs, {
      arrived: (place) => trace?.gate(GATE_PASSAGES.indexOf(place), 0),
      passed: (heldMs) => trace?.gate(0, heldMs),
      nudged: (place) => {
        trace?.answerReader();
        trace?.gate(GATE_PASSAGES.indexOf(place), 0);
      },
    });
    this.limits = data.limits;
    this.control = new Control(data.control);
    this.sendBuffer = new ByteBuffer(sessions.sendMemory?.(sendBytes) ?? sendBytes);
    this.#tally = new Tally(data.tally.names, data.tally.memory);
    this.#connections = new ConnectionLimit(data.connections.limit, data.connections.memory);
    this.#addresses = data.addresses && new AddressLimit(data.addresses.limit, data.addresses.memory);
    this.#sessions = sessions;
    this.#reported = new Set(data.reportedOutcomes);
    this.#reportLimit = new ReportLimit(data.leftOut);
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
    const offsetMs = clockOffsetMs(data.startedUs);
    const trace = data.trace === undefined ? undefined : new ThreadTrace(data.trace, offsetMs);
    const meter = data.meter && new Meter(data.meter);
    process.once('exit', () => {
      // Also when it fails: what it did last says why.
      trace?.publish();
      meter?.end();
    });
    const sessions = await loadSessions(data.sessions, trace?.note);
    return new ServerThread(data, sessions, { sendBytes, offsetMs, trace, meter });
  }

  /** Counts a connection against the connection limit; returns false when the limit is reached. */
  admit(): boolean {
    return this.#connections.take();
  }

  /**
   * Counts a connection against the limit of its address; closing the connection removes it.
   *
   * @returns the token for {@link Arrival.address}, or `ADDRESS_FULL`: then the client is to be refused
   */
  admitAddress(peer: Pick<Transport, 'peerAddress'>): number {
    if (this.#addresses === undefined) return UNCOUNTED;
    let host: string;
    try {
      ({ host } = peer.peerAddress());
    } catch {
      // The client has left already.
      return UNCOUNTED;
    }
    return this.#addresses.take(host);
  }

  /** Ends the conversation of a client that is idle, to make room for another one. */
  evict(connection: Connection): void {
    this.#tally.add('evicted');
    connection.expire();
  }

  /** Opens a session for an accepted socket. */
  open(socket: Socket, arrival: Arrival): SocketConnection {
    const connection = new SocketConnection(socket, this.#openSession(socket), this, arrival);
    if (arrival.item === undefined) this.trace?.accepted(connection, socket.descriptor, socket.peerPort);
    else {
      const { item, queuedMs = 0 } = arrival;
      this.trace?.taken(connection, socket.descriptor, item, queuedMs);
      this.meter?.queuedSeconds.add(queuedMs / 1000);
    }
    return connection;
  }

  /** Opens a session for a client whose bytes are not carried by a {@link Socket}. */
  openOn(transport: Transport, arrival: Arrival): Connection {
    const connection = new Connection(transport, this.#openSession(transport), this, arrival);
    this.trace?.accepted(connection, undefined, 0);
    return connection;
  }

  /** Closes a connection and removes it from the connection limit. */
  close(connection: Connection, cause?: 'shutdown'): void {
    if (connection.closed) return;
    connection.close(cause);
    if (connection.admitted) this.#connections.release();
    this.#addresses?.release(connection.addressToken);
    this.#tally.add('connections-closed');
  }

  /** Refuses an accepted client and closes its socket without waiting. */
  turnAway(socket: Socket, reason: ServerRefusal, arrival: Arrival = { admitted: false }): void {
    const connection = this.open(socket, arrival);
    connection.turnAway(reason);
    this.close(connection, 'shutdown');
  }

  /** Runs the serving code once before the first client connects; see `rehearsal.ts`. */
  rehearse(serve: (connection: SocketConnection) => void): void {
    rehearse(this.#sessions.open(), this, serve);
  }

  /** Tells the main thread that this thread serves. */
  ready(): void {
    this.meter?.enter('none');
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

  /** Monotonic clock, in milliseconds, which stands while the server is held. */
  now(): number {
    return this.#clockMs ?? this.readClock();
  }

  /** The same clock, read now. */
  readClock(): number {
    return this.#gate.serverMs(performance.now());
  }

  /**
   * Turns a time of {@link ServerThread.now} into whole milliseconds since the server started, which all its threads
   * agree on. It stands while the server is held.
   */
  sharedMs(nowMs = this.now()): number {
    return Math.floor(nowMs + this.#offsetMs);
  }

  /** Time that the server was held until now, in whole milliseconds. */
  get heldMs(): number {
    return this.#gate.heldMs;
  }

  // #region watch
  /** Stands at the gate if the server is held; then the loop waits in its selector. */
  beforeTurn(): void {
    this.#gate.beforeTurn();
    this.trace?.enter('select', undefined, 0);
    this.meter?.enter('select');
  }

  /** Reads the clock once for a whole turn of a loop: reading it for each step costs more than some of the steps. */
  beginTurn(): number {
    this.meter?.enter('none');
    return this.#keepClock();
  }

  /** Shows viewers which sockets are ready in this turn. If the server is held by now, the turn waits. */
  showTurn(ready: ReadySockets, quantumBytes: number, { listener, wakeDescriptor }: OwnDescriptors): void {
    this.trace?.turn(ready, quantumBytes, listener.descriptor, wakeDescriptor);
    this.meter?.readyDescriptors.add(ready.count);
    this.#gate.insideTurn();
  }

  /** Shows viewers for what a selector watches the socket of a client. */
  showInterest(connection: Connection, interest: number): void {
    connection.interest = interest;
    this.trace?.watched(connection, interest);
  }

  /** Stands at the gate before a call, if the server is stepped call by call. */
  beforeCall(): void {
    this.#gate.beforeCall();
  }

  /**
   * Stands at the gate before a call that may block, if the server is held, and shows viewers what the thread
   * blocks in.
   */
  beforeBlocking(call: CallName, connection?: Connection, bytes = 0): void {
    this.#gate.beforeStep();
    this.#gateChanges = this.#gate.changes;
    this.#blocking = true;
    this.trace?.enter(call, connection, bytes);
    this.meter?.enter(call);
  }

  /** A call has returned: if time may have passed in it, reads the clock, once for all until the next such call. */
  afterCall(): void {
    if (!this.#blocking) return;
    this.#blocking = false;
    this.meter?.enter('none');
    this.#keepClock();
  }

  /** Whether the server was held during the last call that may block: then a timeout has passed too early. */
  wasHeld(): boolean {
    return this.#gate.changes !== this.#gateChanges || this.#gate.closed;
  }

  /**
   * Shows viewers a client that this thread has accepted, and will put into the queue.
   *
   * @param full - whether it has to wait for a place
   */
  showAccepted(descriptor: number, full: boolean): void {
    this.trace?.puts(descriptor, full);
    if (full) this.meter?.enter('put');
  }

  /** Shows viewers that this client is about to be in the queue, whose length it will be. */
  showPut(descriptor: number, length: number): void {
    this.trace?.put(descriptor, length);
    this.meter?.enter('none');
  }

  /**
   * Stands at the gate when Node's event loop calls back, if the server is held.
   *
   * @param connection - the client; undefined for a new one
   * @param bytes - bytes that have come, or what else has happened: see the event `CALLBACK`
   */
  beforeCallback(connection?: Connection, bytes = 0): void {
    this.#gate.beforeStep();
    this.meter?.enter('none');
    this.trace?.readClock();
    if (connection !== undefined) this.trace?.calledBack(connection, bytes);
  }

  /** Describes all clients to viewers, if they want it. */
  showAll(): void {
    this.trace?.answerReader();
  }

  /** Node's event loop goes on. */
  afterCallback(): void {
    this.trace?.enter('select', undefined, 0);
    this.meter?.enter('select');
  }
  // #endregion

  account(connection: Connection, session: SessionReport, durationMs: number): void {
    this.#tally.add(session.outcome);
    const { queuedMs } = connection;
    const { name: thread, reportSlowerThanMs } = this.data;
    const isNoted = queuedMs >= LONG_QUEUED_MS || durationMs + queuedMs > reportSlowerThanMs;
    if (!this.#reported.has(session.outcome) && !isNoted) return;
    const permit = this.#reportLimit.take(this.now());
    if (permit !== 'post') {
      if (permit === 'leave out and tell') this.#post({ type: 'left-out' });
      return;
    }
    const report = { session, client: clientName(connection), durationMs, queuedMs, thread };
    this.#post({ type: 'report', report });
  }

  /** A session has thrown: counted each time, and told once with the place. */
  sessionFailed(error: unknown): void {
    this.#tally.add('session-failures');
    if (this.#sessionHasFailed) return;
    this.#sessionHasFailed = true;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.notice(`a session has failed, and the connection of its client is closed (told once): ${text}`);
  }

  #keepClock(): number {
    const nowMs = performance.now();
    this.trace?.setTime(nowMs);
    return (this.#clockMs = this.#gate.serverMs(nowMs));
  }

  #openSession(transport: Transport): Session {
    this.#tally.add('connections');
    // Only if reports need the address: this is a system call.
    if (this.#reported.size > 0) transport.rememberPeer();
    try {
      return this.#sessions.open();
    } catch (error) {
      this.sessionFailed(error);
      return new FailedSession(Object.keys(this.limits)[0]!);
    }
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

/** Returns the milliseconds to add to `performance.now()`, which begins at 0 in each thread, for the time since a moment. */
function clockOffsetMs(startedUs: number): number {
  let [offsetMs, shortestMs] = [0, Infinity];
  for (let round = 0; round < 5; round += 1) {
    const beforeMs = performance.now();
    const nowUs = Number(process.hrtime.bigint()) / 1000;
    const afterMs = performance.now();
    if (afterMs - beforeMs >= shortestMs) continue;
    shortestMs = afterMs - beforeMs;
    offsetMs = (nowUs - startedUs) / 1000 - (beforeMs + afterMs) / 2;
  }
  return offsetMs;
}
