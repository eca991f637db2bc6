/**
 * The client of all checks: one connection that does exactly what a check says, and writes it down.
 *
 * It pulls: a server that isn't asked for bytes sees a reader that has stopped (up to a stream's buffer of 64 KB).
 * Silence, an end and a reset are results, not errors: what they mean only the check knows. Each wait has a limit, and
 * what an interrupt cuts short throws the interrupt's reason.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Transcript } from './transcript.ts';
import { secondsText } from './words.ts';

/** Where to connect, and how patiently. */
interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** The longest silence, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

/** How to put bytes on the wire. */
export interface SendOptions {
  /** Lengths of the pieces, which are sent one by one; default: one piece. */
  readonly pieces?: readonly number[];
  /** Pause between two pieces, in milliseconds, so that the server gets them one by one; default {@link GAP_MS}. */
  readonly gapMs?: number;
}

/** Why no more bytes came: enough had come, the server was silent for too long, it ended or reset the connection. */
export type Stop = 'enough' | 'silent' | 'end' | 'reset';

/** What {@link Connection.receive} got. */
interface Received {
  readonly bytes: Uint8Array;
  readonly stop: Stop;
}

/** No connection could be made. */
export class ConnectFailure extends Error {
  override name = 'ConnectFailure';
  /** Of the system, such as `ECONNREFUSED`; `ETIMEDOUT` at our own limit too. */
  readonly code: string;

  constructor(host: string, port: number, code: string) {
    super(`cannot connect to ${host}:${port}: a server must listen there, got ${code}`);
    this.code = code;
  }
}

/**
 * Milliseconds between two pieces: enough for a server in another process to be scheduled and to receive one
 * piece before the next is sent.
 */
export const GAP_MS = 15;

/** One scripted connection. */
export class Connection {
  readonly transcript = new Transcript();
  readonly timeoutMs: number;
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  #hasSent = false;
  #stop: 'end' | 'reset' | undefined;
  #wake: () => void = () => undefined;

  /**
   * Opens a connection.
   *
   * @throws ConnectFailure when nobody accepts it; the signal's reason when it aborts
   */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { host, port, timeoutMs, signal } = options;
    signal.throwIfAborted();
    // Half-open: the check, not the runtime, decides when this side ends.
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const connection = new Connection(socket, options);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    socket.once('connect', () => {
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    const code = await connection.#within(promise, timeoutMs, 'ETIMEDOUT');
    if (code === undefined) {
      connection.transcript.event('client', 'connects');
      return connection;
    }
    connection.close();
    throw new ConnectFailure(host, port, code);
  }

  private constructor(socket: Socket, { timeoutMs, signal }: ConnectionOptions) {
    this.#socket = socket;
    this.timeoutMs = timeoutMs;
    this.#signal = signal;
    socket.on('readable', () => {
      this.#wake();
    });
    socket.on('end', () => {
      this.#stopped('end');
    });
    socket.on('error', () => {
      this.#stopped('reset');
    });
  }

  /** Whether it has sent anything. */
  get hasSent(): boolean {
    return this.#hasSent;
  }

  /**
   * Sends bytes. A server that has gone is noticed by the next {@link receive}.
   *
   * @param bytes - what to send
   * @param meaning - in words, for the transcript
   * @param options - see {@link SendOptions}
   */
  async send(bytes: Uint8Array, meaning: string, { pieces = [], gapMs = GAP_MS }: SendOptions = {}): Promise<void> {
    this.#hasSent = true;
    let offset = 0;
    for (const length of [...pieces, bytes.length]) {
      if (offset >= bytes.length) return;
      if (offset > 0) await this.pause(gapMs);
      const piece = bytes.subarray(offset, offset + length);
      this.transcript.sent(piece, partOf(offset, piece.length, bytes.length) + meaning);
      if (this.#socket.writable) this.#socket.write(piece.slice());
      offset += piece.length;
    }
  }

  /**
   * Waits for bytes.
   *
   * @param length - how many; it stops there
   * @param patienceMs - the longest silence, in milliseconds
   * @returns what came, and why no more
   */
  async receive(length: number, patienceMs = this.timeoutMs): Promise<Received> {
    const parts: Uint8Array[] = [];
    let missing = length;
    let stop: Stop = 'enough';
    while (missing > 0) {
      const part = await this.receiveSome(missing, patienceMs);
      if (typeof part === 'string') {
        stop = part;
        break;
      }
      parts.push(part);
      missing -= part.length;
    }
    return { bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), stop };
  }

  /**
   * Waits for the next bytes.
   *
   * @param most - how many it takes at most, at least 1
   * @param patienceMs - the longest silence, in milliseconds
   * @returns them, or why there are none
   */
  async receiveSome(most: number, patienceMs = this.timeoutMs): Promise<Uint8Array | Exclude<Stop, 'enough'>> {
    const deadlineMs = performance.now() + patienceMs;
    while (true) {
      // read(0) gives nothing, but makes the stream fetch more and notice its end.
      const bytes = this.#socket.read(Math.min(most, this.#socket.readableLength)) as Buffer | null;
      if (bytes !== null) {
        this.transcript.received(bytes);
        return bytes;
      }
      if (this.#stop !== undefined) return this.#stop;
      const { promise, resolve } = Promise.withResolvers<'woken'>();
      this.#wake = () => {
        resolve('woken');
      };
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0 || (await this.#within(promise, leftMs, 'late')) === 'late') {
        this.transcript.event('server', `nothing for ${secondsText(patienceMs)}`);
        return 'silent';
      }
    }
  }

  /** Ends this side's sending (FIN); the server may go on sending. */
  end(): void {
    this.transcript.event('client', 'ends its sending (FIN)');
    this.#socket.end();
  }

  /** Breaks the connection off (RST). */
  reset(): void {
    this.transcript.event('client', 'resets the connection (RST)');
    this.#socket.resetAndDestroy();
  }

  /** Closes both directions. Safe to call again. */
  close(): void {
    if (this.#socket.destroyed) return;
    this.transcript.event('client', 'closes');
    this.#socket.destroy();
  }

  /**
   * Does nothing for a while.
   *
   * @param durationMs - for how long, in milliseconds
   */
  async pause(durationMs: number): Promise<void> {
    await delay(durationMs, undefined, { signal: this.#signal }).catch(() => {
      this.#signal.throwIfAborted();
    });
  }

  #stopped(stop: 'end' | 'reset'): void {
    if (this.#stop === undefined && !this.#socket.connecting) {
      this.transcript.event('server', stop === 'end' ? 'ends its sending (FIN)' : 'resets the connection (RST)');
    }
    this.#stop ??= stop;
    this.#wake();
  }

  async #within<T, L>(promise: Promise<T>, limitMs: number, late: L): Promise<T | L> {
    const timeout = new AbortController();
    const signal = AbortSignal.any([this.#signal, timeout.signal]);
    try {
      // The timer rejects only when it is cancelled; then either somebody interrupts, or its result is not needed.
      return await Promise.race([promise, delay(limitMs, late, { signal })]);
    } catch (error) {
      this.#socket.destroy();
      this.#signal.throwIfAborted();
      throw error;
    } finally {
      timeout.abort();
    }
  }
}

/** Which bytes of a message a piece is; `''` for all of it. */
function partOf(offset: number, length: number, total: number): string {
  if (length === total) return '';
  return length === 1 ? `byte ${offset + 1} of ${total}: ` : `bytes ${offset + 1} to ${offset + length} of ${total}: `;
}
