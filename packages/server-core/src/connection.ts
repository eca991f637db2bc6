/**
 * One client: its transport, its session, and the steps that connect them.
 *
 * Every architecture performs the same steps, and decides when. This class makes no system call: it says what is due
 * (`next`, `expects`, `fill`) and takes the results (`received`, `sent`, `lost`). It handles partial reads and writes,
 * broken connections, tally and reports for every driver: one that polls, one that blocks, and one that gets results
 * later. `SocketConnection` adds the system calls for drivers that poll or block.
 */
import type { Next, ServerRefusal, Session, SessionReport } from '@concurrent-primes/session';
import type { SocketAddress } from '@concurrent-primes/sockets';
import { CUT, type Control } from './control.ts';
import type { PhaseLimits } from './phase-limits.ts';

/** What a connection needs from its thread. */
export interface ConnectionContext {
  /** The order in force: after `CUT`, the server itself breaks connections. */
  readonly control: Control;
  /** The phases of the conversation, with their limits. */
  readonly limits: PhaseLimits;
  /** Monotonic clock, in milliseconds. */
  now(): number;
  /** Counts and reports how an exchange ended. */
  account(connection: Connection, report: SessionReport, durationMs: number): void;
}

/** Carries the bytes of a connection. */
export interface Transport {
  /** Returns the client's address; throws if it is unknown. */
  peerAddress(): SocketAddress;
  /** Reads the client's address now: after a reset the kernel no longer knows it. */
  rememberPeer(): void;
  /** Ends the connection and frees its descriptor. */
  close(): void;
}

/** How a connection arrived at its thread. */
export interface Arrival {
  /** Whether the connection limit counts this connection. */
  readonly admitted: boolean;
  /** Time that the client waited for a thread after it was accepted, in milliseconds; default 0. */
  readonly queuedMs?: number;
}

/** A client's transport and session, owned by one thread. */
export class Connection {
  /** Whether the connection limit counts this connection. */
  readonly admitted: boolean;
  /** Time that the client waited for a thread, in milliseconds. */
  readonly queuedMs: number;
  readonly #transport: Transport;
  readonly #session: Session;
  readonly #context: ConnectionContext;
  #exchangeBeganMs: number;
  #closed = false;

  /**
   * @param transport - the client's socket; the connection owns it
   * @param session - a new session
   * @param context - context of the thread
   * @param arrival - see {@link Arrival}
   */
  constructor(transport: Transport, session: Session, context: ConnectionContext, arrival: Arrival) {
    this.admitted = arrival.admitted;
    this.queuedMs = arrival.queuedMs ?? 0;
    this.#transport = transport;
    this.#session = session;
    this.#context = context;
    this.#exchangeBeganMs = context.now();
  }

  /** What the session waits for. */
  get next(): Next {
    return this.#session.next;
  }

  /** The phase of the conversation. */
  get phase(): string {
    return this.#session.phase;
  }

  /** Whether no exchange is in progress. */
  get idle(): boolean {
    return this.#context.limits[this.#session.phase]!.kind === 'idle';
  }

  /** While `next` is `receive`: the most bytes that the session takes. */
  get expects(): number {
    return this.#session.expects;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Returns the client's address; throws if it is unknown. */
  peerAddress(): SocketAddress {
    return this.#transport.peerAddress();
  }

  /**
   * Passes bytes that arrived to the session.
   *
   * @param bytes - the bytes; none at the end of the peer's sending
   * @returns the number of bytes taken
   */
  received(bytes: Uint8Array): number {
    if (this.next !== 'receive') return 0; // the connection was lost meanwhile
    if (bytes.length > 0 && this.idle) this.#exchangeBeganMs = this.#context.now();
    const taken = this.#session.receive(bytes);
    this.#account();
    return taken;
  }

  /** Does one slice of computing. */
  work(): void {
    this.#session.work();
  }

  /**
   * Writes the next bytes for the peer; they are in flight until {@link Connection.sent} or {@link Connection.lost}.
   *
   * @param into - memory to send from
   * @returns the number of bytes written; 0 if there are none yet
   */
  fill(into: Uint8Array): number {
    return this.#session.send(into);
  }

  /** Confirms that the kernel took this many of the bytes in flight. */
  sent(count: number): void {
    this.#session.sent(count);
    this.#account();
  }

  /** The connection is broken. */
  lost(): void {
    this.#session.close(this.#context.control.order === CUT ? 'shutdown' : 'reset');
    this.#account();
  }

  /** The time limit of the phase has passed. */
  expire(): void {
    this.#session.expire();
    this.#account();
  }

  /** The server shuts down; see {@link Session.drain}. */
  drain(): boolean {
    const refused = this.#session.drain();
    this.#account();
    return refused;
  }

  /** Refuses the client; see {@link Session.refuse}. */
  refuse(reason: ServerRefusal): boolean {
    return this.#session.refuse(reason);
  }

  /** Ends the connection. Further calls do nothing. */
  close(cause?: 'shutdown'): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#session.close(this.next === 'close' ? undefined : cause);
    this.#account();
    this.#transport.close();
  }

  #account(): void {
    const report = this.#session.takeReport();
    if (report === undefined) return;
    const nowMs = this.#context.now();
    this.#context.account(this, report, nowMs - this.#exchangeBeganMs);
    // The next request may have arrived together with the end of this exchange.
    this.#exchangeBeganMs = nowMs;
  }
}
