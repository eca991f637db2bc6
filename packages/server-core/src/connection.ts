/**
 * One client: its transport, its session, and the steps that connect them.
 *
 * Every architecture performs the same steps, and decides when. This class makes no system call: it says what is due
 * (`next`, `expects`, `fill`) and takes the results (`received`, `sent`, `lost`). It handles partial reads and writes,
 * broken connections, tally and reports for every driver: one that polls, one that blocks, and one that gets results
 * later. `SocketConnection` adds the system calls for drivers that poll or block.
 */
import type {
  CloseCause,
  Next,
  ServerRefusal,
  Session,
  SessionDescription,
  SessionReport,
} from '@concurrent-primes/session';
import type { SocketAddress } from '@concurrent-primes/sockets';
import { UNCOUNTED } from './address-limit.ts';
import { CUT, type Control, RUN } from './control.ts';
import { FailedSession } from './failed-session.ts';
import { NO_SLOT } from '@concurrent-primes/trace';
import type { Meter } from './meter.ts';
import type { PhaseLimits } from './phase-limits.ts';
import type { ThreadTrace, TracedClient } from './thread-trace.ts';

/** What a connection needs from its thread. */
export interface ConnectionContext {
  /** The order in force: after `CUT`, the server itself breaks connections. */
  readonly control: Control;
  /** The phases of the conversation, with their limits. */
  readonly limits: PhaseLimits;
  /** Writes the events of the thread; undefined if nobody watches. */
  readonly trace?: ThreadTrace | undefined;
  /** Measures for metrics; undefined if nobody wants them. */
  readonly meter?: Meter | undefined;
  /** Monotonic clock, in milliseconds. */
  now(): number;
  /** The same clock, read now even where `now` returns the time at which a turn began; default: `now`. */
  readClock?(): number;
  /** Counts and reports how an exchange ended. */
  account(connection: Connection, report: SessionReport, durationMs: number): void;
  /** A session has thrown, and its connection will be closed; default: throws the error. */
  sessionFailed?(error: unknown): void;
}

/** Carries the bytes of a connection. */
export interface Transport {
  /** Returns the client's address; throws if it is unknown. */
  peerAddress(): SocketAddress;
  /** Reads the client's address now: after a reset the kernel no longer knows it. */
  rememberPeer(): void;
  /**
   * Ends the connection and frees its descriptor.
   *
   * @param reset - whether unsent bytes are discarded: the client doesn't read them, and they would take memory of the
   *   kernel until TCP gives up, for minutes
   */
  close(reset: boolean): void;
}

/** How a connection arrived at its thread. */
export interface Arrival {
  /** Whether the connection limit counts this connection. */
  readonly admitted: boolean;
  /** Token of the address limit, which counts this connection; default: it doesn't. */
  readonly address?: number | undefined;
  /** Time that the client waited for a thread after it was accepted, in milliseconds; default 0. */
  readonly queuedMs?: number;
  /** Number of its item in the queue from which a thread took it; undefined without a queue. */
  readonly item?: number;
}

/** A client's transport and session, owned by one thread. */
export class Connection implements TracedClient {
  readonly admitted: boolean;
  /** Token of the address limit. */
  readonly addressToken: number;
  readonly queuedMs: number;
  // How it is called in events; the thread sets it.
  slot = NO_SLOT;
  ordinal = 0;
  address = 0;
  /** What a selector watches its socket for: 1 readable, 2 writable. */
  interest = 0;
  /** The most bytes that the last `recv` could take. */
  protected asked = 0;
  /** Number of exchanges that were reported. */
  exchanges = 0;
  /** Number of bytes that the client's side of the kernel has taken. */
  takenBytes = 0;
  readonly #transport: Transport;
  #session: Session;
  readonly #context: ConnectionContext;
  readonly #trace: ThreadTrace | undefined;
  readonly #meter: Meter | undefined;
  #exchangeBeganMs: number;
  /** Whether a request has begun and no byte of its answer was sent; only for the meter. */
  #unanswered = false;
  /** Whether a byte of the answer to a request was sent; only for the meter. */
  #answered = false;
  #outcome: string | undefined;
  /** Bytes that were written for the peer and not yet confirmed. */
  #inFlight = 0;
  #closed = false;
  /** Whether the connection was given up while the client did not take its answer. */
  #stuck = false;

  /** @param transport - the client's socket; the connection owns it */
  constructor(transport: Transport, session: Session, context: ConnectionContext, arrival: Arrival) {
    this.admitted = arrival.admitted;
    this.addressToken = arrival.address ?? UNCOUNTED;
    this.queuedMs = arrival.queuedMs ?? 0;
    this.#transport = transport;
    this.#session = session;
    this.#context = context;
    this.#trace = context.trace;
    this.#meter = context.meter;
    this.#exchangeBeganMs = context.now();
  }

  /** What the session waits for. */
  get next(): Next {
    return this.#session.next;
  }

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
   * Passes bytes that arrived to the session, none at the end of the peer's sending; returns the number of bytes taken.
   */
  received(bytes: Uint8Array): number {
    if (this.next !== 'receive') return 0; // the connection was lost meanwhile
    this.#trace?.received(this, bytes.length, this.asked);
    if (bytes.length > 0 && this.idle) {
      this.#exchangeBeganMs = this.#context.now();
      this.#unanswered = true;
    }
    try {
      const taken = this.#session.receive(bytes);
      this.#account();
      return taken;
    } catch (error) {
      this.#sessionFailed(error);
      return bytes.length;
    }
  }

  work(): void {
    this.#trace?.begin(this);
    try {
      this.#session.work();
    } catch (error) {
      this.#sessionFailed(error);
    }
    if (this.#trace !== undefined && this.next === 'work') this.#trace.works(this);
  }

  /**
   * Writes the next bytes for the peer; they are in flight until {@link Connection.sent} or {@link Connection.lost}.
   *
   * @returns the number of bytes written; 0 if there are none yet
   */
  fill(into: Uint8Array): number {
    try {
      this.#inFlight = this.#session.send(into);
    } catch (error) {
      this.#sessionFailed(error);
    }
    if (this.#inFlight === 0) this.#trace?.works(this);
    return this.#inFlight;
  }

  /** Confirms that the kernel took this many of the bytes in flight. */
  sent(count: number): void {
    this.#trace?.sent(this, count, this.#inFlight);
    this.takenBytes += count;
    if (this.#meter !== undefined && count > 0) this.#measureSent(this.#meter, count);
    try {
      this.#session.sent(count);
      this.#account();
    } catch (error) {
      this.#sessionFailed(error);
    }
  }

  /** The connection is broken. */
  lost(): void {
    this.#trace?.broken(this);
    this.#endSession(this.#context.control.order === CUT ? 'shutdown' : 'reset');
  }

  /** The time limit of the phase has passed. */
  expire(): void {
    this.#trace?.expired(this);
    this.#stuck = this.#answering;
    try {
      this.#session.expire();
      this.#account();
    } catch (error) {
      this.#sessionFailed(error);
    }
  }

  /** The server shuts down; see {@link Session.drain}. */
  drain(): boolean {
    this.#trace?.begin(this);
    try {
      const refused = this.#session.drain();
      this.#account();
      return refused;
    } catch (error) {
      this.#sessionFailed(error);
      return false;
    }
  }

  /** Refuses the client; see {@link Session.refuse}. */
  refuse(reason: ServerRefusal): boolean {
    this.#trace?.begin(this);
    try {
      return this.#session.refuse(reason);
    } catch (error) {
      this.#sessionFailed(error);
      return false;
    }
  }

  /** Ends the connection. Further calls do nothing. */
  close(cause?: 'shutdown'): void {
    if (this.#closed) return;
    this.#closed = true;
    if (cause !== undefined && this.#answering) this.#stuck = true;
    this.#endSession(this.next === 'close' ? undefined : cause);
    this.#trace?.closed(this, this.#outcome);
    this.#transport.close(this.#stuck);
  }

  /** Describes the exchange in progress, for a snapshot. */
  describe(): SessionDescription | undefined {
    return this.#session.describe?.();
  }

  /** Whether the client is taking an answer. */
  get #answering(): boolean {
    return this.#context.limits[this.#session.phase]?.kind === 'progress';
  }

  #endSession(cause: CloseCause | undefined): void {
    try {
      this.#session.close(cause);
      this.#account();
    } catch (error) {
      this.#sessionFailed(error);
    }
  }

  #sessionFailed(error: unknown): void {
    if (this.#context.sessionFailed === undefined) throw error;
    this.#session = new FailedSession(this.#session.phase);
    this.#inFlight = 0;
    this.#context.sessionFailed(error);
  }

  #account(): void {
    const report = this.#session.takeReport();
    if (report === undefined) return;
    this.exchanges += 1;
    this.#outcome = report.outcome;
    const nowMs = this.#context.now();
    const durationMs = nowMs - this.#exchangeBeganMs;
    this.#context.account(this, report, durationMs);
    if (this.#answered) this.#meter?.exchangeSeconds.add(durationMs / 1000);
    // The next request may have arrived together with the end of this exchange.
    this.#exchangeBeganMs = nowMs;
    this.#unanswered = this.#answered && !this.idle && this.#context.control.order === RUN;
    this.#answered = false;
  }

  #measureSent(meter: Meter, count: number): void {
    meter.sent(count);
    if (!this.#unanswered) return;
    this.#unanswered = false;
    this.#answered = true;
    // A loop reads the clock once a turn, and most answers begin in the turn in which their request comes.
    const nowMs = this.#context.readClock?.() ?? this.#context.now();
    meter.firstByteSeconds.add((nowMs - this.#exchangeBeganMs) / 1000);
  }
}
