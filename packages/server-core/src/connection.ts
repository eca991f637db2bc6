/**
 * One client: its transport, its session, and the steps that join them.
 *
 * Every architecture performs the same steps and decides when. This class makes no system call: it decides what is due
 * (`next`, `expects`, `fill`) and completes what was done (`received`, `sent`, `lost`). Partial reads and writes, broken
 * connections, tally and report are dealt with here, whether the driver polls, blocks or hears of results later.
 * `SocketConnection` adds the system calls for drivers that poll or block.
 */
import type { Next, ServerRefusal, Session, SessionReport } from '@concurrent-primes/session';
import type { SocketAddress } from '@concurrent-primes/sockets';
import { CUT, type Control } from './control.ts';
import type { PhaseLimits } from './phase-limits.ts';

/** What a connection needs of the thread that serves it. */
export interface ConnectionContext {
  /** Tells which side broke a connection: after `CUT` the server did. */
  readonly control: Control;
  /** The phases of the conversation, with their limits. */
  readonly limits: PhaseLimits;
  /** Monotonic clock, in milliseconds. */
  now(): number;
  /** Counts and reports how an exchange ended. */
  account(connection: Connection, report: SessionReport, durationMs: number): void;
}

/** What carries the bytes. */
export interface Transport {
  /** The address of the client; throws if it is not known any more. */
  peerAddress(): SocketAddress;
  /** Asks for the address now, because after a reset the kernel has forgotten it. */
  rememberPeer(): void;
  /** Ends the connection and frees its descriptor. */
  close(): void;
}

/** What is known of a connection before it is served. */
export interface Arrival {
  /** Whether the connection limit counts this connection. */
  readonly admitted: boolean;
  /** How long the client waited for a thread after it was accepted, in milliseconds; default 0. */
  readonly queuedMs?: number;
}

/** A client's transport and session, owned by one thread. */
export class Connection {
  /** Whether the connection limit counts this connection. */
  readonly admitted: boolean;
  /** How long the client waited for a thread, in milliseconds. */
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
   * @param arrival - how the client came
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

  /** While `next` is `receive`: the most bytes that the session takes now. */
  get expects(): number {
    return this.#session.expects;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The address of the client; throws if it is not known any more. */
  peerAddress(): SocketAddress {
    return this.#transport.peerAddress();
  }

  /**
   * Passes bytes that arrived to the session.
   *
   * @param bytes - the bytes; none at the end of the peer's sending
   * @returns how many of them the session took
   */
  received(bytes: Uint8Array): number {
    if (this.next !== 'receive') return 0; // the connection was lost in the meantime
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
   * @returns how many bytes were written; 0 if there are none yet
   */
  fill(into: Uint8Array): number {
    return this.#session.send(into);
  }

  /** The kernel took this many of the bytes in flight. */
  sent(count: number): void {
    this.#session.sent(count);
    this.#account();
  }

  /** The connection broke. */
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
    // The next request may have come together with the end of this exchange.
    this.#exchangeBeganMs = nowMs;
  }
}
