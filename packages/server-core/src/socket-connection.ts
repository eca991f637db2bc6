/** A connection on a {@link Socket}: every `recv(2)` and `send(2)` of servers that poll or block is made here. */
import type { ServerRefusal, Session } from '@concurrent-primes/session';
import { type Socket, WOULD_BLOCK, mayPass } from '@concurrent-primes/sockets';
import type { ByteBuffer } from './byte-buffer.ts';
import { type Arrival, Connection, type ConnectionContext } from './connection.ts';
import type { ThreadTrace } from './thread-trace.ts';

/** What a socket's connection needs from its thread. */
export interface SocketConnectionContext extends ConnectionContext {
  /** Buffer for every `recv` of the thread. */
  readonly receiveBuffer: ByteBuffer;
  /** Buffer for every `send` of the thread. */
  readonly sendBuffer: ByteBuffer;
  /** Stands at the gate before a call, if the server is stepped call by call; default: there is no gate. */
  beforeCall?(): void;
  /** A call has returned, perhaps after it has blocked. */
  afterCall?(): void;
}

/** A client's socket and session. */
export class SocketConnection extends Connection {
  /** The client's socket, for its options. */
  readonly socket: Socket;
  readonly #receiveBuffer: ByteBuffer;
  readonly #sendBuffer: ByteBuffer;
  readonly #trace: ThreadTrace | undefined;
  readonly #context: SocketConnectionContext;

  constructor(socket: Socket, session: Session, context: SocketConnectionContext, arrival: Arrival) {
    super(socket, session, context, arrival);
    this.socket = socket;
    this.#receiveBuffer = context.receiveBuffer;
    this.#sendBuffer = context.sendBuffer;
    this.#trace = context.trace;
    this.#context = context;
  }

  /** Descriptor of the socket. */
  get descriptor(): number {
    return this.socket.descriptor;
  }

  /**
   * Makes one `recv(2)` and passes the bytes to the session.
   *
   * @param ended - whether the peer is known to have ended its sending: then the end follows a `recv` that returned less
   *   than it could, and no further call is needed
   * @returns number of bytes that arrived; 0 at the end of the peer's sending or if the connection is lost; or
   *   `WOULD_BLOCK`
   */
  receive(ended = false): number {
    const asked = this.#receivableBytes;
    const count = this.read();
    if (count === WOULD_BLOCK) return count;
    this.take(count);
    if (ended && count > 0 && count < asked) this.take(0);
    return count;
  }

  /** Makes one `recv(2)` into the thread's buffer; {@link SocketConnection.take} passes the bytes to the session. */
  read(): number {
    this.#context.beforeCall?.();
    try {
      this.asked = this.#receivableBytes;
      const count = this.socket.recv(this.#receiveBuffer.bytes, this.asked);
      this.#context.afterCall?.();
      if (count === WOULD_BLOCK) this.#trace?.foundNothing(this, this.asked);
      return count;
    } catch (error) {
      this.#failed(error);
      return 0;
    }
  }

  /** Passes the first bytes of the thread's buffer to the session. */
  take(count: number): void {
    this.received(this.#receiveBuffer.first(count));
  }

  /**
   * Makes one `send(2)` of the next bytes.
   *
   * @returns number of bytes that the kernel took; 0 if there were none yet or the connection is lost; or `WOULD_BLOCK`
   */
  send(maxBytes: number): number {
    this.#context.beforeCall?.();
    const count = this.fill(this.#sendBuffer.first(maxBytes));
    if (count === 0) return 0;
    try {
      const taken = this.socket.send(this.#sendBuffer.bytes, count);
      this.#context.afterCall?.();
      this.sent(taken === WOULD_BLOCK ? 0 : taken);
      return taken;
    } catch (error) {
      this.#failed(error);
      return 0;
    }
  }

  /**
   * Sends a refusal without waiting, before the connection is closed; does nothing if an answer has begun.
   *
   * Closing a socket with unread bytes resets the connection, and the reset can overtake the refusal. So this ends its
   * sending first, and reads what has arrived: bytes that arrive later reset a connection whose end the client has seen.
   */
  turnAway(reason: ServerRefusal): void {
    if (!this.refuse(reason)) return;
    this.socket.setNonBlocking(true);
    let taken = 1;
    while (this.next === 'send' && taken > 0) taken = this.send(this.#sendBuffer.bytes.length);
    if (this.next === 'receive') this.#endSending();
    if (this.next === 'receive') this.read();
  }

  #endSending(): void {
    try {
      this.socket.shutdown('write');
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The most bytes of one `recv`: what the session expects, limited by the buffer. */
  get #receivableBytes(): number {
    return Math.min(this.expects, this.#receiveBuffer.bytes.length);
  }

  #failed(error: unknown): void {
    if (!mayPass(error)) throw error;
    this.#context.afterCall?.();
    this.lost();
  }
}
