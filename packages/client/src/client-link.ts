/**
 * A client's connection and session, and how to get new ones.
 *
 * A server may close a kept connection between two exchanges: it restarts, or its idle limit has passed. The client can't
 * see that before it asks, because request and close may cross on their way. It then asks again on a new connection, once.
 * That is safe: a request only reads, and no byte of its answer has come (RFC 9110, section 9.2.2, and RFC 9112, section
 * 9.3.1, give HTTP clients the same rule).
 */
import { ClientSession, type ClientSessionOptions, EarlyEndError, RefusedError } from '@concurrent-primes/protocol';
import { Connection, type ConnectionOptions } from './connection.ts';
import { ConnectionLostError } from './errors.ts';

/** How to connect, and the dialect. */
type LinkOptions = ConnectionOptions & ClientSessionOptions;

/** The connection and the session of one client; the two are replaced together. */
export class ClientLink {
  readonly #options: LinkOptions;
  #connection: Connection;
  #session: ClientSession;
  /** Answers that were read to their end on this connection. */
  #answers = 0;
  #resent = 0;
  /** Gives up the connecting of {@link ClientLink.renew}. */
  #connecting: AbortController | undefined;
  #closedFor: Error | undefined;

  /**
   * Connects.
   *
   * @param options - of the first connection, and of later ones
   * @throws as {@link Connection.open}
   */
  static async open(options: LinkOptions): Promise<ClientLink> {
    return new ClientLink(options, await Connection.open(options));
  }

  private constructor(options: LinkOptions, connection: Connection) {
    this.#options = options;
    this.#connection = connection;
    this.#session = new ClientSession(options);
  }

  get connection(): Connection {
    return this.#connection;
  }

  get session(): ClientSession {
    return this.#session;
  }

  /** Number of requests that were sent again. */
  get resent(): number {
    return this.#resent;
  }

  /** Why no further request can be made; undefined while one can, if need be on a new connection. */
  get failure(): Error | undefined {
    const { failure } = this.#connection;
    return failure === undefined || (this.#session.idle && this.isEndBetweenAnswers(failure)) ? undefined : failure;
  }

  /** An answer was read to its end. */
  answered(): void {
    this.#answers += 1;
  }

  /**
   * Whether an error of a request means that the server had closed this kept connection before it began an answer. A
   * server that shuts down says so to idle clients, and that refusal may cross the request on its way.
   *
   * The caller knows whether a byte has come that is not such a refusal.
   */
  isEndBetweenAnswers(error: unknown): boolean {
    if (this.#answers === 0 || this.#closedFor !== undefined) return false;
    if (error instanceof RefusedError) return error.reason === 'shutting-down';
    // Without a cause it was this side that closed.
    return error instanceof EarlyEndError || (error instanceof ConnectionLostError && error.cause !== undefined);
  }

  /**
   * Replaces connection and session, and repeats the request.
   *
   * @throws as {@link Connection.open}; the reason of {@link ClientLink.close}
   */
  async renew(): Promise<void> {
    const [a, b] = this.#session.interval!;
    this.#session.close();
    await this.#connection.close();
    const giveUp = new AbortController();
    const { signal } = this.#options;
    this.#connecting = giveUp;
    try {
      if (this.#closedFor !== undefined) throw this.#closedFor;
      const either = AbortSignal.any([giveUp.signal, ...(signal === undefined ? [] : [signal])]);
      this.#connection = await Connection.open({ ...this.#options, signal: either });
    } finally {
      this.#connecting = undefined;
    }
    this.#session = new ClientSession(this.#options);
    this.#answers = 0;
    this.#resent += 1;
    this.#session.request(a, b);
  }

  /**
   * Closes session and connection for good.
   *
   * @param reason - of the rejection of waiting and later calls
   */
  async close(reason?: Error): Promise<void> {
    this.#session.close();
    await this.hangUp(reason);
  }

  /** Closes the connection for good; the session is told by the next call that fails. */
  async hangUp(reason?: Error): Promise<void> {
    this.#closedFor ??= reason ?? new ConnectionLostError(`the connection to ${this.#connection.address} was closed`);
    this.#connecting?.abort(this.#closedFor);
    await this.#connection.close(reason);
  }
}
