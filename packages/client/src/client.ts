/**
 * One connection to a server, and one question after the other on it.
 *
 * The conversation knows no request numbers, so answers can't overlap: whoever wants several at once opens several
 * connections.
 */
import type { ClientSession } from '@concurrent-primes/protocol';
import type { Connection } from './connection.ts';
import { type AnswerResult, PrimeAnswer } from './prime-answer.ts';

/** Options of one question. */
export interface AskOptions {
  /** Closes the connection when it aborts before the answer is whole; the loop then throws the signal's reason. */
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
  readonly #connection: Connection;
  readonly #session: ClientSession;

  /**
   * @internal Use `connect()`.
   * @param connection - a new one
   * @param session - a new one
   */
  constructor(connection: Connection, session: ClientSession) {
    this.#connection = connection;
    this.#session = session;
  }

  /** The server's `host:port`. */
  get address(): string {
    return this.#connection.address;
  }

  /** Whether the connection stands, as far as this side knows. */
  get open(): boolean {
    return this.#connection.failure === undefined;
  }

  /**
   * Asks which primes lie in [min, max]. The request goes out at once; the primes come as fast as they are looped over.
   *
   * @param min - lower bound, int32
   * @param max - upper bound, int32; below `min` the interval is empty
   * @param options - see {@link AskOptions}
   * @throws RangeError if a bound is not an int32; Error if the connection is closed, or if the answer before was not
   * read to its end; the reason of a signal that is aborted already. In each case nothing was sent
   */
  primes(min: number, max: number, options: AskOptions = {}): PrimeAnswer {
    const cannot = `cannot ask for the primes in [${min}, ${max}]`;
    const cause = this.#connection.failure;
    if (cause !== undefined) {
      throw new Error(`${cannot}: the connection must be open, it is closed: ${cause.message}`, { cause });
    }
    if (!this.#session.idle) {
      const before = this.#session.interval!.join(', ');
      throw new Error(`${cannot}: the answer to [${before}] must be read to its end first; use another connection`);
    }
    options.signal?.throwIfAborted();
    this.#session.request(min, max);
    return new PrimeAnswer(this.#session, this.#connection, options.signal);
  }

  /**
   * Counts and adds up the primes in [min, max]: receives, checks and forgets them.
   *
   * @param min - lower bound, int32
   * @param max - upper bound, int32; below `min` the interval is empty
   * @param options - see {@link AskOptions}
   * @returns how many there are, and their sum
   * @throws what {@link Client.primes} and the loop over its answer throw
   */
  async sum(min: number, max: number, options: AskOptions = {}): Promise<AnswerResult> {
    const answer = this.primes(min, max, options);
    const chunks = answer[Symbol.asyncIterator]();
    while ((await chunks.next()).done !== true);
    return answer.result;
  }

  /**
   * Closes the connection. A loop over an answer that is not whole then throws a ConnectionLostError. Does nothing on a
   * closed one.
   *
   * @returns when the socket is closed
   */
  async close(): Promise<void> {
    this.#session.close();
    await this.#connection.close();
  }

  /** Closes the connection, see {@link Client.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
