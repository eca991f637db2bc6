/**
 * The answer to one request, read as a loop: the driver of the client's session.
 *
 * It does what the session waits for, one verb a step: `send` and `receive` on the connection. After N, a step is done
 * only when the consumer asks for the next chunk, so only the connection's one buffer is read ahead.
 *
 * Chunks and errors come in the same order however the bytes were split: the primes before a fault, then its error.
 */
import { type ClientSession, type Interval, RefusedError } from '@concurrent-primes/protocol';
import type { ClientLink } from './client-link.ts';
import { type Connection, reasonOf } from './connection.ts';
import { ConnectionLostError } from './errors.ts';

/** The summary of an answer. */
export interface AnswerResult {
  /** Number of primes in the interval. */
  readonly count: number;
  /** Their sum, which can pass 2^53. */
  readonly sum: bigint;
}

/** The longest message a client sends is 8 bytes. */
const SEND_BYTES = 8;
const NO_PRIMES = new Int32Array(0);

/**
 * The primes of one interval as they arrive: ascending, in chunks of at least 1.
 *
 * Each chunk is an array of its own, which the caller may keep or change. The server waits while the loop's body runs, so
 * an answer of any length needs bounded memory. An answer can be looped over once. Leaving the loop early closes the
 * connection, because the rest of the answer could only be skipped by receiving it.
 */
export class PrimeAnswer implements AsyncIterable<Int32Array<ArrayBuffer>> {
  /** The interval of the request. */
  readonly interval: Interval;
  /**
   * N, as soon as it arrives, even before the loop.
   *
   * It rejects with the error that the loop throws. A rejection that no one handles is ignored.
   */
  readonly count: Promise<number>;

  readonly #link: ClientLink;
  readonly #signal: AbortSignal | undefined;
  readonly #chunks: AsyncGenerator<Int32Array<ArrayBuffer>, void, undefined>;
  /** Primes that have arrived and were not yielded. */
  #chunk: Int32Array<ArrayBuffer> = NO_PRIMES;
  #failure: Error | undefined;
  #result: AnswerResult | undefined;
  /** Whether a byte has come since the request was made. */
  #hasBegun = false;
  #resent = false;

  /**
   * @internal Use `client.primes()`.
   * @param link - its session has a new request
   * @param signal - closes the connection if it aborts before the answer is complete
   */
  constructor(link: ClientLink, signal: AbortSignal | undefined) {
    this.#link = link;
    this.#signal = signal;
    this.interval = link.session.interval!;
    signal?.addEventListener('abort', this.#abort, { once: true });
    this.count = this.#readCount();
    // The loop throws the same error, so ignoring the count hides nothing.
    this.count.catch(() => undefined);
    this.#chunks = this.#read();
  }

  /**
   * Number and sum of the primes.
   *
   * @throws Error before the loop has ended
   */
  get result(): AnswerResult {
    if (this.#result !== undefined) return this.#result;
    throw new Error(`cannot return the result of ${this.#name}: the primes must be read to the end first`);
  }

  /**
   * The chunks. The loop ends when the sum is sent.
   *
   * @throws ProtocolError if the server refused (RefusedError) or broke the protocol; ConnectionLostError; TimeoutError;
   * the reason of a signal. In each case the connection is closed
   */
  [Symbol.asyncIterator](): AsyncGenerator<Int32Array<ArrayBuffer>, void, undefined> {
    return this.#chunks;
  }

  async *#read(): AsyncGenerator<Int32Array<ArrayBuffer>, void, undefined> {
    try {
      // Steps up to N are under way. Their failure is thrown below, after the primes that came before.
      await Promise.allSettled([this.count]);
      while (true) {
        if (this.#chunk.length > 0) {
          const chunk = this.#chunk;
          this.#chunk = NO_PRIMES;
          yield chunk;
        } else if (this.#failure !== undefined) throw this.#failure;
        else if (this.#result !== undefined) return;
        else await this.#step();
      }
    } finally {
      if (this.#result === undefined) this.#fail(this.#lost('its loop was left'));
    }
  }

  async #readCount(): Promise<number> {
    while (true) {
      const { count } = this.#session;
      if (count !== undefined) return count;
      if (this.#failure !== undefined) throw this.#failure;
      await this.#step();
    }
  }

  /** Does what the session waits for. Bytes that have arrived come first: they may be a refusal. */
  async #step(): Promise<void> {
    try {
      if (this.#session.next === 'send' && !this.#connection.pending) await this.#send();
      else await this.#connection.receive(this.#take);
    } catch (error) {
      await this.#recover(error as Error);
      return;
    }
    if (this.#session.next === 'close') this.#complete();
  }

  /** Sends the request again if the server had closed the kept connection before it began this answer, or fails. */
  async #recover(error: Error): Promise<void> {
    const isTooLate = this.#resent || (this.#hasBegun && !(error instanceof RefusedError));
    if (isTooLate || !this.#link.isEndBetweenAnswers(error)) {
      this.#fail(error);
      return;
    }
    this.#resent = true;
    this.#hasBegun = false;
    try {
      await this.#link.renew();
    } catch (reason) {
      this.#fail(reason as Error);
    }
  }

  async #send(): Promise<void> {
    const bytes = this.#session.send(SEND_BYTES);
    if (!(await this.#connection.send(bytes))) return;
    // The user may have closed the client meanwhile.
    if (this.#session.next !== 'send') throw this.#connection.failure!;
    this.#session.sent(bytes.length);
  }

  readonly #take = (bytes: Uint8Array): void => {
    this.#hasBegun ||= bytes.length > 0;
    try {
      this.#session.receive(bytes);
    } finally {
      this.#chunk = this.#session.primes.slice();
    }
  };

  #complete(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#link.answered();
    this.#result = { count: this.#session.count!, sum: this.#session.sum };
    if (!this.#session.idle) this.#hangUp(this.#lost('no request can follow'));
  }

  #fail(error: Error): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#failure ??= error;
    this.#hangUp(this.#failure);
  }

  readonly #abort = (): void => {
    // Waiting and later calls reject with the reason.
    void this.#link.hangUp(reasonOf(this.#signal!));
  };

  #hangUp(reason: Error): void {
    void this.#link.close(reason);
  }

  get #session(): ClientSession {
    return this.#link.session;
  }

  get #connection(): Connection {
    return this.#link.connection;
  }

  get #name(): string {
    return `[${this.interval[0]}, ${this.interval[1]}]`;
  }

  #lost(why: string): ConnectionLostError {
    return new ConnectionLostError(`the connection was closed after the answer to ${this.#name}: ${why}`);
  }
}
