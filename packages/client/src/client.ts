/**
 * One connection to a server, with one request after the other.
 *
 * The protocol has no request numbers, so answers can't overlap: callers that need several at once open several
 * connections.
 */
import type { ClientLink } from './client-link.ts';
import { type AnswerResult, PrimeAnswer } from './prime-answer.ts';

/** Options of one request. */
export interface AskOptions {
  /** Closes the connection if it aborts before the answer is complete; the loop then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A connected client; `connect()` makes one.
 *
 * @example
 * ```ts no-run (needs a running server)
 * import { connect } from '@concurrent-primes/client';
 *
 * await using client = await connect();
 * const answer = client.primes(100, 200);
 * for await (const primes of answer) console.log(primes.join(' '));
 * console.log(answer.result); // prints { count: 21, sum: 3167n }
 * ```
 */
export class Client implements AsyncDisposable {
  readonly #link: ClientLink;

  /**
   * @internal Use `connect()`.
   * @param link - a new one
   */
  constructor(link: ClientLink) {
    this.#link = link;
  }

  /** The server's `host:port`. */
  get address(): string {
    return this.#link.connection.address;
  }

  /** Whether a request can be made, as far as this side knows. */
  get open(): boolean {
    return this.#link.failure === undefined;
  }

  /**
   * Number of requests that were sent again on a new connection, each once, because the server had closed the kept one
   * between two answers.
   */
  get resent(): number {
    return this.#link.resent;
  }

  /**
   * Asks which primes lie in [min, max]. The request is sent immediately; the primes arrive as fast as the loop runs.
   *
   * If the server has closed this kept connection after the last answer, and no byte of the new one has come, the request
   * is sent again on a new connection, once.
   *
   * @param min - lower bound, int32
   * @param max - upper bound, int32; below `min` the interval is empty
   * @param options - see {@link AskOptions}
   * @throws RangeError if a bound is not an int32; Error if the connection is closed, or the previous answer was not read
   * to its end; the reason of an aborted signal. In each case nothing was sent
   */
  primes(min: number, max: number, options: AskOptions = {}): PrimeAnswer {
    const cannot = `cannot ask for the primes in [${min}, ${max}]`;
    const { session, failure: cause } = this.#link;
    if (cause !== undefined) {
      throw new Error(`${cannot}: the connection must be open, got a closed one: ${cause.message}`, { cause });
    }
    if (!session.idle) {
      const before = session.interval!.join(', ');
      throw new Error(`${cannot}: the answer to [${before}] must be read to its end first; use another connection`);
    }
    options.signal?.throwIfAborted();
    session.request(min, max);
    return new PrimeAnswer(this.#link, options.signal);
  }

  /**
   * Receives and checks the primes in [min, max], and returns only their number and sum.
   *
   * @param min - lower bound, int32
   * @param max - upper bound, int32; below `min` the interval is empty
   * @param options - see {@link AskOptions}
   * @throws what {@link Client.primes} and the loop over its answer throw
   */
  async sum(min: number, max: number, options: AskOptions = {}): Promise<AnswerResult> {
    const answer = this.primes(min, max, options);
    const chunks = answer[Symbol.asyncIterator]();
    while ((await chunks.next()).done !== true);
    return answer.result;
  }

  /**
   * Closes the connection, if it is open. A loop over an incomplete answer then throws a ConnectionLostError.
   *
   * @returns a promise that resolves when the socket is closed
   */
  async close(): Promise<void> {
    await this.#link.close();
  }

  /** Closes the connection, see {@link Client.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
