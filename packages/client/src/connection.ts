/**
 * One TCP connection as three calls to await: receive, send, close. It knows bytes and time limits, no primes.
 *
 * `node:net` pushes bytes; a session takes them when it is ready. Between the two is one buffer of fixed size. A read
 * stops the reading until the bytes were taken. Until then, further bytes wait in this kernel, then in the server's
 * kernel, and then the server waits: TCP's flow control (RFC 9293, section 3.8.6) reaches from the consumer's loop to the
 * server's `send`.
 *
 * The connection reads one buffer ahead even when no call waits. So a refusal that the server sends before it closes has
 * arrived before a write fails, after which `node:net` drops bytes that it has not read.
 */
import { DEFAULT_HOST, DEFAULT_PORT } from '@concurrent-primes/protocol';
import { connect as connectSocket, type Socket } from 'node:net';
import { ConnectError, ConnectionLostError, TimeoutError } from './errors.ts';

/** Where to connect, and the time limits. */
export interface ConnectionOptions {
  /** Name or address of the server. Default: 127.0.0.1. */
  readonly host?: string;
  /** TCP port of the server. Default: 65432. */
  readonly port?: number;
  /** Time limit for connecting, in milliseconds. Default: 10 000. */
  readonly connectTimeoutMs?: number;
  /** Longest silence of the server while bytes are due, in milliseconds. Default: no limit. */
  readonly idleTimeoutMs?: number;
  /** Closes the connection when it aborts, at any time. A call that waits rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Most bytes of one read. Reads of 256 KiB were not reliably faster, and cost memory for each connection. */
const READ_BYTES = 64 * 1024;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** The longest delay of a Node timer; a longer one fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const NOTHING = new Uint8Array(0);

/** One connection. Its user awaits one call at a time. */
export class Connection {
  /** The server's `host:port`, for messages. */
  readonly address: string;
  readonly #idleTimeoutMs: number | undefined;
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #connected = false;
  /** Bytes that were read and not taken: a view of the buffer, which is not written meanwhile. */
  #unread: Uint8Array = NOTHING;
  #ended = false;
  #endTaken = false;
  /** Why the connection can't be used any more: the first reason. */
  #failure: Error | undefined;
  /** Continues the call that waits. */
  #wake: () => void = () => undefined;

  /**
   * Connects.
   *
   * @param options - see {@link ConnectionOptions}
   * @throws ConnectError if nothing listens there; TimeoutError after `connectTimeoutMs`; the signal's reason if it aborts;
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
    // allowHalfOpen: a server may end its sending after the answer and still wait for the sum.
    // noDelay: requests and sums are all this side sends, so waiting for more bytes would only delay them.
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

  /** Whether {@link receive} would return without waiting, because of bytes, the end, or a failure. */
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
   * @param take - receives all of them; they are valid until it returns. An empty array is the end of the server's
   * sending
   * @throws ConnectionLostError, TimeoutError or the reason of {@link close}, after all bytes were taken; errors of `take`
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
   * Sends bytes.
   *
   * @param bytes - must stay unchanged until the promise resolves
   * @returns whether the kernel took them; if not, {@link receive} returns what the server sent before, then throws why
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
   * Closes the connection, if it is open.
   *
   * @param reason - of the rejection of waiting and later calls
   * @returns a promise that resolves when the socket is closed
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

  /** Waits until something happens; a timeout closes the connection. */
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
    return new TimeoutError(`cannot ${what} ${this.address}: it must ${need} within ${limitMs} ms, got nothing`);
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
 * Makes an error of the reason of an aborted signal, which can be any value.
 *
 * @returns the reason; if it is not an Error, an Error whose cause it is
 */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('the signal was aborted', { cause: reason });
}

function requireTimeout(name: string, valueMs: number): void {
  if (valueMs > 0 && valueMs <= MAX_TIMEOUT_MS) return;
  throw new RangeError(`cannot connect: ${name} must be above 0 and at most ${MAX_TIMEOUT_MS} ms, got ${valueMs}`);
}
