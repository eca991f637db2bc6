/**
 * One client: its socket, its session, and the three steps that join them.
 *
 * Both kinds of server perform these same steps. They differ in who decides when: the select server performs one step
 * when the kernel says that the socket is ready, a pool thread performs one after the other and blocks in them. What is
 * written here is what neither has to repeat: partial reads and writes, dead peers, the tally and the report.
 */
import { type Socket, SocketError, WOULD_BLOCK } from '@concurrent-primes/sockets';
import { CUT, type Control } from './control.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';
import type { ServerRefusal, Session, SessionReport } from './session.ts';

/** Failures of a system call that show a fault in our own program, not a peer that went away. */
const PROGRAM_FAULTS: ReadonlySet<string> = new Set(['EBADF', 'EFAULT', 'EINVAL', 'ENOTSOCK', 'ENOSYS']);

/** A refusal is one integer; what a session has to send before it comes in a `send` of its own. */
const REFUSAL_BYTES = 4;

/** What a connection needs of the thread that serves it. */
export interface ConnectionContext {
  /** One buffer a thread: every `receive` of every connection goes through it. */
  readonly receiveBuffer: ReceiveBuffer;
  /** Tells whose doing a broken connection was: after `CUT` it was ours. */
  readonly control: Control;
  /** Monotonic clock, in milliseconds. */
  now(): number;
  /** Counts and reports how an exchange ended. */
  account(connection: Connection, report: SessionReport, durationMs: number): void;
}

/** A client's socket and session, owned by one thread. */
export class Connection {
  readonly socket: Socket;
  readonly session: Session;
  readonly #context: ConnectionContext;
  #exchangeBeganMs: number;
  #closed = false;

  constructor(socket: Socket, session: Session, context: ConnectionContext) {
    this.socket = socket;
    this.session = session;
    this.#context = context;
    this.#exchangeBeganMs = context.now();
  }

  /**
   * One `recv(2)` of what the session expects, handed to it.
   *
   * @param ended whether the peer is known to have ended its sending: behind a `recv` that gave less than it was asked
   *   for comes the end then, and the session is told so without another call
   * @returns how many bytes came, 0 at the end of the peer's sending or when the connection is lost, or `WOULD_BLOCK`.
   */
  receive(ended = false): number {
    const asked = this.#askable;
    const count = this.read();
    if (count !== WOULD_BLOCK) this.received(count);
    if (ended && count > 0 && count < asked) this.received(0);
    return count;
  }

  /** The first half of {@link receive}: the bytes are in the thread's buffer, the session has not seen them. */
  read(): number {
    try {
      return this.socket.recv(this.#context.receiveBuffer.bytes, this.#askable);
    } catch (error) {
      this.#lost(error);
      return 0;
    }
  }

  /** The second half of {@link receive}: hands the first `count` bytes of the thread's buffer to the session. */
  received(count: number): void {
    if (this.session.next !== 'receive') return; // lost while reading
    if (count > 0 && this.session.phase === 'idle') this.#exchangeBeganMs = this.#context.now();
    this.session.receive(this.#context.receiveBuffer.first(count));
    this.#account();
  }

  /** One slice of computing. */
  work(): void {
    this.session.work();
  }

  /**
   * One `send(2)` of at most `maxBytes`.
   *
   * @returns how many bytes the kernel took, 0 when there were none yet or the connection is lost, or `WOULD_BLOCK`.
   */
  send(maxBytes: number): number {
    const bytes = this.session.send(maxBytes);
    if (bytes.length === 0) return 0;
    try {
      const count = this.socket.send(bytes);
      if (count === WOULD_BLOCK) return WOULD_BLOCK;
      this.session.sent(count);
      this.#account();
      return count;
    } catch (error) {
      this.#lost(error);
      return 0;
    }
  }

  /** The time limit of the present phase has passed. */
  expire(): void {
    this.session.expire();
    this.#account();
  }

  /** The server shuts down; see {@link Session.drain}. */
  drain(): void {
    this.session.drain();
    this.#account();
  }

  /**
   * Refuses without waiting for the peer, for a connection that is closed next; does nothing when an answer is already
   * on its way. A refusal that the session has ready already goes out in its place. Bytes that have come are read,
   * since closing over unread bytes would reset the connection and could take the refusal with it.
   */
  turnAway(reason: ServerRefusal): void {
    const { session, socket } = this;
    if (session.phase !== 'farewell' && !session.refuse(reason)) return;
    socket.setNonBlocking(true);
    let sent = 1;
    while (session.next === 'send' && sent > 0) sent = this.send(REFUSAL_BYTES);
    if (session.next === 'receive') this.read();
  }

  /** Ends the connection and frees its descriptor. Further calls do nothing. */
  close(cause?: 'shutdown'): void {
    if (this.#closed) return;
    this.#closed = true;
    this.session.close(this.session.next === 'close' ? undefined : cause);
    this.#account();
    this.socket.close();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How many bytes one `recv` asks for: what the session expects, as far as the thread has room for it. */
  get #askable(): number {
    return Math.min(this.session.expects, this.#context.receiveBuffer.bytes.length);
  }

  #lost(error: unknown): void {
    if (!(error instanceof SocketError) || PROGRAM_FAULTS.has(error.code)) throw error;
    this.session.close(this.#context.control.order === CUT ? 'shutdown' : 'reset');
    this.#account();
  }

  #account(): void {
    const report = this.session.takeReport();
    if (report === undefined) return;
    const nowMs = this.#context.now();
    this.#context.account(this, report, nowMs - this.#exchangeBeganMs);
    // The next request may have come together with this one's end.
    this.#exchangeBeganMs = nowMs;
  }
}
