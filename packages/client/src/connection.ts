/**
 * One TCP connection as three calls to await: receive, send, close. It knows bytes and time limits, no primes.
 *
 * `node:net` pushes bytes at its user; a session is given bytes when it is ready for them. Between the two stands one
 * buffer of fixed size. A read that fills it stops the reading, and the reading goes on when the bytes were taken. So
 * while nobody takes them, they wait in the kernel, then in the server's kernel, and then the server itself waits:
 * TCP's flow control (RFC 9293, section 3.8.6) reaches from the consumer's loop to the server's `send`.
 *
 * Reading goes on also while nobody waits, up to that one buffer. What a server says unasked, a refusal before it hangs
 * up, is then here before a write finds the connection broken and `node:net` throws away what it had not read.
 */
import { DEFAULT_HOST, DEFAULT_PORT } from '@concurrent-primes/protocol';
import { connect as connectSocket, type Socket } from 'node:net';
import { ConnectError, ConnectionLostError, TimeoutError } from './errors.ts';

/** Where to connect to, and how long to wait. */
export interface ConnectionOptions {
  /** Name or address of the server. Default: 127.0.0.1. */
  readonly host?: string;
  /** TCP port of the server. Default: 65432. */
  readonly port?: number;
  /** How long making the connection may take, in milliseconds. Default: 10 000. */
  readonly connectTimeoutMs?: number;
  /** How long the server may be silent while something of it is due, in milliseconds. Default: for ever. */
  readonly idleTimeoutMs?: number;
  /** Closes the connection when it aborts, also later. What waits then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Bytes a read takes at most. Reads of 256 KiB were no faster in a steady way, and cost memory a connection. */
const READ_BYTES = 64 * 1024;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** The longest delay of a Node timer; a longer one fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const NOTHING = new Uint8Array(0);

/** One connection; it has one user, who waits for one call at a time. */
export class Connection {
  /** The server's `host:port`, for messages. */
  readonly address: string;
  readonly #idleTimeoutMs: number | undefined;
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #connected = false;
  /** What was read and nobody has taken: a view of the buffer, which is not written while it is not empty. */
  #unread: Uint8Array = NOTHING;
  #ended = false;
  #endTaken = false;
  /** Why the connection can't be used any more; the first reason stays. */
  #failure: Error | undefined;
  /** Continues the call that waits for something to happen. */
  #wake: () => void = () => undefined;

  /**
   * Makes a connection.
   *
   * @param options - see {@link ConnectionOptions}
   * @throws ConnectError if nobody listens there; TimeoutError after `connectTimeoutMs`; the signal's reason if it aborts;
   * RangeError if an option is out of range
   */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS, idleTimeoutMs, signal } = options;
    requireTimeout('connectTimeoutMs', connectTimeoutMs);
    if (idleTimeoutMs !== undefined) requireTimeout('idleTimeoutMs', idleTimeoutMs);
    signal?.throwIfAborted();
    const connection = new Connection(options);
    await connection.#event(connectTimeoutMs, 'connect');
    if (connection.#failure !== undefined) {
      await connection.close();
      throw connection.#failure;
    }
    return connection;
  }

  private constructor({ host = DEFAULT_HOST, port = DEFAULT_PORT, idleTimeoutMs, signal }: ConnectionOptions) {
    this.address = `${host}:${port}`;
    this.#idleTimeoutMs = idleTimeoutMs;
    const buffer = new Uint8Array(READ_BYTES);
    const callback = (length: number): boolean => {
      this.#unread = buffer.subarray(0, length);
      this.#wake();
      return false;
    };
    // allowHalfOpen: a server may end its sending with the answer and still wait for the sum.
    // noDelay: requests and sums are all this side sends; waiting for more would only delay them.
    this.#socket = connectSocket({ host, port, allowHalfOpen: true, noDelay: true, onread: { buffer, callback } });
    this.#socket.resume();
    this.#socket.on('connect', () => {
      this.#connected = true;
      this.#wake();
    });
    this.#socket.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#fail(this.#connected ? this.#lost(error) : this.#notMade(error));
    });
    this.#closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        resolve();
      });
    });
    if (signal !== undefined) this.#closeOn(signal);
  }

  /** Whether {@link receive} would return without waiting: bytes, the end, or a failure is at hand. */
  get pending(): boolean {
    return this.#unread.length > 0 || (this.#ended && !this.#endTaken) || this.#failure !== undefined;
  }

  /** Why the connection can't be used any more; undefined while it can. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /**
   * Waits for the server's next bytes.
   *
   * @param take - is given all of them; they are valid only until it returns. An empty array is the end of the server's
   * sending
   * @throws ConnectionLostError, TimeoutError or the reason of {@link close}, once everything read before was taken;
   * whatever `take` throws
   */
  async receive(take: (bytes: Uint8Array) => void): Promise<void> {
    if (!this.pending) await this.#event(this.#idleTimeoutMs, 'receive');
    if (this.#unread.length > 0) this.#takeUnread(take);
    else if (this.#failure !== undefined) throw this.#failure;
    else {
      this.#endTaken = true;
      take(NOTHING);
    }
  }

  /**
   * Puts bytes on the wire.
   *
   * @param bytes - must stay unchanged until the promise resolves
   * @returns whether the kernel took them; if not, {@link receive} tells what the server said before, and then why
   */
  send(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.#socket.write(bytes, (error) => {
        if (error) this.#fail(this.#lost(error));
        resolve(!error);
      });
    });
  }

  /**
   * Closes it. Does nothing on a closed one.
   *
   * @param reason - what a call that waits now or comes later rejects with
   * @returns when the socket is closed
   */
  close(
    reason: Error = new ConnectionLostError(`cannot use the connection to ${this.address}: it was closed`),
  ): Promise<void> {
    this.#unread = NOTHING;
    this.#socket.destroy();
    this.#fail(reason);
    return this.#closed;
  }

  #takeUnread(take: (bytes: Uint8Array) => void): void {
    const bytes = this.#unread;
    this.#unread = NOTHING;
    try {
      take(bytes);
    } finally {
      this.#socket.resume();
    }
  }

  /** Waits until something happens; when it takes too long, that is what happens. */
  async #event(limitMs: number | undefined, action: 'connect' | 'receive'): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#wake = () => {
      resolve(undefined);
    };
    const timer =
      limitMs === undefined ? undefined : setTimeout(() => void this.close(this.#late(action, limitMs)), limitMs);
    await promise;
    clearTimeout(timer);
  }

  #closeOn(signal: AbortSignal): void {
    const abort = (): void => {
      void this.close(reasonOf(signal));
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#socket.once('close', () => {
      signal.removeEventListener('abort', abort);
    });
  }

  #fail(reason: Error): void {
    this.#failure ??= reason;
    this.#wake();
  }

  #late(action: 'connect' | 'receive', limitMs: number): TimeoutError {
    const [what, need] = action === 'connect' ? ['connect to', 'accept'] : ['receive from', 'send a byte'];
    return new TimeoutError(`cannot ${what} ${this.address}: it must ${need} within ${limitMs} ms, nothing came`);
  }

  #notMade(cause: NodeJS.ErrnoException): ConnectError {
    const got = cause.code ?? cause.message;
    const advice = got === 'ECONNREFUSED' ? '; start one with `pnpm --filter server-select start`' : '';
    const message = `cannot connect to ${this.address}: a server must listen there, got ${got}${advice}`;
    return new ConnectError(message, { cause });
  }

  #lost(cause: NodeJS.ErrnoException): ConnectionLostError {
    const got = cause.code ?? cause.message;
    const message = `cannot use the connection to ${this.address}: it must stay open until the sum is out, got ${got}`;
    return new ConnectionLostError(message, { cause });
  }
}

/**
 * The reason of an aborted signal, as something to throw.
 *
 * @param signal - an aborted one; `abort()` takes any value as its reason
 * @returns the reason; if it is no Error, one with the reason as its cause
 */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('the signal was aborted', { cause: reason });
}

function requireTimeout(name: string, valueMs: number): void {
  if (valueMs > 0 && valueMs <= MAX_TIMEOUT_MS) return;
  throw new RangeError(`cannot connect: ${name} must be above 0 and at most ${MAX_TIMEOUT_MS} ms, got ${valueMs}`);
}
