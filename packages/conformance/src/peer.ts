/**
 * A client that does exactly what a script says, on `node:net`: the other end of every server test and of `lab check`.
 *
 * It reads by pulling. Bytes leave the kernel only while a call waits for them, so a peer that isn't asked to read is a
 * reader that has stopped. All bytes pass through one fixed buffer, so a 420 MB answer costs no memory that could be
 * mistaken for the server's. Silence, an end and a reset are results of {@link Peer.receive}; the calls whose names
 * begin with `read` expect that the bytes come, and throw otherwise.
 */
import { connect as connectSocket, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PRIME_BYTES, readInt32, requestBytes, sumBytes, type Interval } from './prime-wire.ts';

/** Hears what happens on a connection, such as a transcript. */
export interface PeerObserver {
  /** The peer sends bytes; `meaning` says what they are. */
  sent(bytes: Uint8Array, meaning: string): void;
  /** The peer has received bytes. */
  received(bytes: Uint8Array): void;
  /** One side does something else, such as `closes`. */
  event(from: 'client' | 'server', what: string): void;
  /** The server's next bytes are an answer. */
  awaitAnswer(): void;
  /** The server has nothing to send now. */
  awaitNothing(): void;
}

/** Options of {@link Peer.connect}. */
export interface PeerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Longest silence of the server, in milliseconds; default 60 000. */
  readonly timeoutMs?: number;
  /** Most bytes that it takes from the kernel at once, and only to give them to a call; default 262,144. */
  readonly bufferBytes?: number;
  /** Ends every wait, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly observer?: PeerObserver | undefined;
}

/** How to put bytes on the wire. */
export interface SendOptions {
  /** Lengths of the pieces to send one by one; the rest goes last, in one piece. Default: one piece. */
  readonly pieces?: readonly number[];
  /** Pause between two pieces, in milliseconds, so that they travel as separate segments; default 1. */
  readonly gapMs?: number | undefined;
  /** What the bytes are, for the observer. */
  readonly meaning?: string;
}

/** Why no more bytes came: enough had come, the server was silent for too long, it ended or reset the connection. */
export type Stop = 'enough' | 'silent' | 'end' | 'reset';

/** The bytes that {@link Peer.receive} got. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly stop: Stop;
}

/** The primes that {@link Peer.readPrimes} found; they were ascending and inside the interval. */
export interface PrimesRead {
  readonly count: number;
  readonly sum: bigint;
}

/** How the server ended its sending, and the number of bytes that came before. */
export interface End {
  readonly how: 'end' | 'reset';
  readonly discarded: number;
}

/** No connection could be made. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  /** The system's code, such as `ECONNREFUSED`; `ETIMEDOUT` at our own limit too. */
  readonly code: string;

  constructor(host: string, port: number, code: string) {
    super(`cannot connect to ${host}:${port}: a server must listen there, got ${code}`);
    this.code = code;
  }
}

const BUFFER_BYTES = 256 * 1024;
const NOTHING = new Uint8Array(0);

/** One scripted connection. */
export class Peer implements AsyncDisposable {
  /** Longest silence of the server, in milliseconds. */
  readonly timeoutMs: number;
  readonly observer: PeerObserver | undefined;
  readonly #socket: Socket;
  readonly #signal: AbortSignal | undefined;
  readonly #closed: Promise<void>;
  /** Bytes that have left the kernel and that no call has taken yet. */
  #unread: Uint8Array = NOTHING;
  #stop: 'end' | 'reset' | undefined;
  #wake: () => void = () => undefined;
  #bytesRead = 0;
  #localPort = 0;
  #hasSent = false;

  /**
   * Opens a connection.
   * @param port - where the server listens
   * @param options - see {@link PeerOptions}
   * @throws ConnectFailure when the connection is refused, or not made within the time limit; the signal's reason
   * @example
   * ```ts no-run (needs a server)
   * import { Peer } from '@concurrent-primes/conformance';
   *
   * declare const port: number;
   *
   * await using peer = await Peer.connect(port);
   * await peer.sendRequest(100, 200);
   * const count = await peer.readCount();
   * const { sum } = await peer.readPrimes(count, [100, 200]);
   * await peer.sendSum(sum);
   * console.log(count); // prints 21
   * ```
   */
  static async connect(port: number, options: PeerOptions = {}): Promise<Peer> {
    const { host = '127.0.0.1', signal } = options;
    signal?.throwIfAborted();
    const peer = new Peer(port, host, options);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    peer.#socket.once('connect', () => {
      resolve(undefined);
    });
    peer.#socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    const code = await peer.#within(promise, peer.timeoutMs, 'ETIMEDOUT');
    if (code !== undefined) {
      peer.#socket.destroy();
      throw new ConnectFailure(host, port, code);
    }
    peer.#localPort = peer.#socket.localPort ?? 0;
    peer.observer?.event('client', 'connects');
    return peer;
  }

  private constructor(port: number, host: string, options: PeerOptions) {
    const { timeoutMs = 60_000, bufferBytes = BUFFER_BYTES, signal, observer } = options;
    this.timeoutMs = timeoutMs;
    this.observer = observer;
    this.#signal = signal;
    const buffer = new Uint8Array(bufferBytes);
    const callback = (length: number): boolean => {
      this.#unread = buffer.subarray(0, length);
      this.#wake();
      return false;
    };
    // Half-open: the script, not the runtime, decides when this side ends.
    this.#socket = connectSocket({ port, host, allowHalfOpen: true, noDelay: true, onread: { buffer, callback } });
    // Paused before it connects, so that no byte is read before it is asked for.
    this.#socket.pause();
    this.#socket.on('end', () => {
      this.#stopped('end');
    });
    this.#socket.on('error', () => {
      this.#stopped('reset');
    });
    this.#closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.#stop ??= 'end';
        this.#wake();
        resolve();
      });
    });
  }

  /** Port of this end. */
  get localPort(): number {
    return this.#localPort;
  }

  /** Number of bytes taken from the server. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Whether it has sent anything. */
  get hasSent(): boolean {
    return this.#hasSent;
  }

  /**
   * Sends bytes. The next `receive` notices a server that has gone.
   * @param bytes - what to send
   * @param options - see {@link SendOptions}
   */
  async send(bytes: Uint8Array, { pieces = [], gapMs = 1, meaning = '' }: SendOptions = {}): Promise<void> {
    this.#hasSent = true;
    let offset = 0;
    for (const length of [...pieces, bytes.length]) {
      if (offset >= bytes.length) return;
      if (offset > 0) await this.pause(gapMs);
      // A copy: the bytes may be reused before the kernel takes them.
      const piece = bytes.slice(offset, offset + length);
      this.observer?.sent(piece, partOf(offset, piece.length, bytes.length) + meaning);
      if (this.#socket.writable) this.#socket.write(piece);
      offset += piece.length;
    }
  }

  /**
   * Step 1: asks for the primes in [a, b].
   * @param a - first integer (int32)
   * @param b - last integer (int32)
   * @param options - how to cut the 8 bytes
   */
  async sendRequest(a: number, b: number, options?: SendOptions): Promise<void> {
    this.observer?.awaitAnswer();
    await this.send(requestBytes(a, b), { meaning: `a = ${a}, b = ${b}`, ...options });
  }

  /**
   * Step 4: sends the sum.
   * @param sum - sum of the primes received
   * @param options - how to cut the 8 bytes
   */
  async sendSum(sum: bigint, options?: SendOptions): Promise<void> {
    this.observer?.awaitNothing();
    await this.send(sumBytes(sum), { meaning: `sum = ${sum}`, ...options });
  }

  /**
   * Waits for the next bytes.
   * @param most - most bytes to take, at least 1
   * @param timeoutMs - longest silence, in milliseconds
   * @returns a view that is valid until the next call, or why there are no bytes
   */
  async receiveSome(most: number, timeoutMs = this.timeoutMs): Promise<Uint8Array | Exclude<Stop, 'enough'>> {
    return (await this.#fill(timeoutMs)) ?? this.#take(most);
  }

  /**
   * Waits for bytes.
   * @param length - number of bytes to wait for
   * @param timeoutMs - longest silence, in milliseconds
   * @returns a copy of the bytes that came, and why no more came
   */
  async receive(length: number, timeoutMs = this.timeoutMs): Promise<Received> {
    const parts: Uint8Array[] = [];
    for (let missing = length; missing > 0;) {
      const part = await this.receiveSome(missing, timeoutMs);
      if (typeof part === 'string') return { bytes: Buffer.concat(parts), stop: part };
      parts.push(part.slice());
      missing -= part.length;
    }
    return { bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), stop: 'enough' };
  }

  /**
   * Reads bytes that must come.
   * @param length - number of bytes
   * @param what - what they are, for the message when they don't come
   * @returns a copy of them
   * @throws Error when the server ends, resets or is silent before
   */
  async readBytes(length: number, what = `${length} bytes`): Promise<Uint8Array> {
    const { bytes, stop } = await this.receive(length);
    if (stop !== 'enough') throw this.#missing(what, stop);
    return bytes;
  }

  /**
   * Step 2: reads the count, or the refusal in its place.
   * @returns N, negative for a refusal
   */
  async readCount(): Promise<number> {
    return readInt32(await this.readBytes(4, 'the count'));
  }

  /**
   * Step 3: reads primes as a stream, in bounded memory, and verifies their order.
   * @param count - number of primes to read
   * @param interval - the closed interval they must lie in
   * @param into - collects them, when given
   * @returns their number and sum
   * @throws Error when one is not above the one before or outside the interval, and when the server ends early
   */
  async readPrimes(count: number, interval: Interval, into?: number[]): Promise<PrimesRead> {
    const [a, b] = interval;
    let previous = Math.max(a, 2) - 1;
    let sum = 0n;
    for (let left = count; left > 0;) {
      const bytes = await this.#readWhole(left * PRIME_BYTES, `${left} of ${count} primes of [${a}, ${b}]`);
      const part = addAscending(bytes, previous, interval, into);
      previous = part.last;
      sum += BigInt(part.sum);
      left -= bytes.length / PRIME_BYTES;
    }
    return { count, sum };
  }

  /**
   * Reads and discards until the server ends its sending.
   * @param timeoutMs - longest silence, in milliseconds
   * @throws Error when the server is silent
   */
  async readEnd(timeoutMs = this.timeoutMs): Promise<End> {
    for (let discarded = 0; ;) {
      const part = await this.receiveSome(BUFFER_BYTES, timeoutMs);
      if (part === 'silent') throw this.#missing('the end of the connection', part);
      if (typeof part === 'string') return { how: part, discarded };
      discarded += part.length;
    }
  }

  /** Ends this side's sending (FIN); the server may go on sending. */
  async end(): Promise<void> {
    this.observer?.event('client', 'ends its sending (FIN)');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#socket.end(() => {
      resolve(undefined);
    });
    await Promise.race([promise, this.#closed]);
  }

  /** Closes both directions: FIN, or RST when bytes are unread in the kernel. Safe to call again. */
  async close(): Promise<void> {
    if (!this.#socket.destroyed) this.observer?.event('client', 'closes');
    this.#socket.destroy();
    await this.#closed;
  }

  /** Breaks the connection off (RST). */
  async reset(): Promise<void> {
    this.observer?.event('client', 'resets the connection (RST)');
    this.#socket.resetAndDestroy();
    await this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Does nothing for a while.
   * @param durationMs - in milliseconds
   */
  async pause(durationMs: number): Promise<void> {
    await delay(durationMs, undefined, this.#signal && { signal: this.#signal }).catch(() => {
      this.#signal?.throwIfAborted();
    });
  }

  #stopped(stop: 'end' | 'reset'): void {
    if (this.#stop === undefined && !this.#socket.connecting) {
      this.observer?.event('server', stop === 'end' ? 'ends its sending (FIN)' : 'resets the connection (RST)');
    }
    this.#stop ??= stop;
    this.#wake();
  }

  #missing(what: string, stop: Stop): Error {
    const got = { enough: 'enough', silent: `nothing for ${this.timeoutMs} ms`, end: 'the end', reset: 'a reset' }[
      stop
    ];
    return new Error(`cannot read: expected ${what}, got ${got} after ${this.#bytesRead} bytes`);
  }

  /** Reads a multiple of 4 bytes, at most `most`; puts an integer together that lies across two chunks. */
  async #readWhole(most: number, what: string): Promise<Uint8Array> {
    if (this.#unread.length === 0) {
      const stop = await this.#fill(this.timeoutMs);
      if (stop !== undefined) throw this.#missing(what, stop);
    }
    const whole = this.#unread.length & ~3;
    return whole > 0 ? this.#take(Math.min(most, whole)) : this.readBytes(4, what);
  }

  /** Waits until there are unread bytes; otherwise says why there are none. */
  async #fill(timeoutMs: number): Promise<Exclude<Stop, 'enough'> | undefined> {
    if (this.#unread.length > 0 || this.#stop !== undefined) return this.#unread.length > 0 ? undefined : this.#stop;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#wake = () => {
      resolve(undefined);
    };
    this.#socket.resume();
    try {
      if ((await this.#within(promise, timeoutMs, 'late')) === 'late') {
        this.observer?.event('server', `nothing for ${Number((timeoutMs / 1000).toFixed(3))} s`);
        return 'silent';
      }
    } finally {
      this.#socket.pause();
      this.#wake = () => undefined;
    }
    return this.#unread.length > 0 ? undefined : this.#stop;
  }

  #take(most: number): Uint8Array {
    const part = this.#unread.subarray(0, most);
    this.#unread = this.#unread.subarray(part.length);
    this.#bytesRead += part.length;
    this.observer?.received(part);
    return part;
  }

  async #within<T, L>(promise: Promise<T>, limitMs: number, late: L): Promise<T | L> {
    const { promise: limit, resolve, reject } = Promise.withResolvers<L>();
    const timer = setTimeout(resolve, limitMs, late);
    const interrupt = (): void => {
      reject(this.#signal?.reason as Error);
    };
    this.#signal?.addEventListener('abort', interrupt);
    if (this.#signal?.aborted) interrupt();
    try {
      return await Promise.race([promise, limit]);
    } catch (error) {
      this.#socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#signal?.removeEventListener('abort', interrupt);
    }
  }
}

/** Says which bytes of a message a piece is; `''` for all of it. */
function partOf(offset: number, length: number, total: number): string {
  if (length === total) return '';
  return length === 1 ? `byte ${offset + 1} of ${total}: ` : `bytes ${offset + 1} to ${offset + length} of ${total}: `;
}

/** Adds up primes that must ascend above `previous`. It isn't async, because V8 optimizes no loop of an async function. */
function addAscending(
  bytes: Uint8Array,
  previous: number,
  [a, b]: Interval,
  into?: number[],
): { readonly sum: number; readonly last: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let last = previous;
  // Exact: the bytes hold far fewer than the 2^22 int32 that a double can add up.
  let sum = 0;
  for (let offset = 0; offset < bytes.length; offset += PRIME_BYTES) {
    const prime = view.getInt32(offset);
    if (prime <= last || prime > b) {
      throw new Error(`cannot read primes: expected a prime of [${a}, ${b}] above ${last}, got ${prime}`);
    }
    last = prime;
    sum += prime;
    into?.push(prime);
  }
  return { sum, last };
}
