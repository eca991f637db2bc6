/**
 * The contract between a conversation and its driver.
 *
 * A session is one side of the conversation on one connection, without I/O: it holds no socket, thread, clock or
 * callback. {@link Session.next} says what it waits for; the driver makes the matching system call and reports the
 * result. How to wait, for which of many sessions and on which thread, is the driver's decision, so every server
 * architecture is a driver of the same four verbs:
 *
 *     next        the driver                              and then calls
 *     receive     recv(2), at most `expects` bytes        receive(bytes)
 *     work        nothing                                 work()
 *     send        gives memory                            send(into)
 *     sent        send(2) of the bytes in it              sent(count)
 *     close       close(2)                                close()
 *
 * Between `send` and `sent` the bytes are in flight. A driver that blocks or polls calls the one right after the other;
 * a driver that hands the bytes to the kernel and hears of the result later may be interrupted in between. So
 * `expire`, `drain`, `refuse` and `close(cause)` are allowed at any time, and `sent` is due once for every `send` that
 * returned bytes, even if the session has moved on to `close` by then.
 *
 * The idea is known as sans-I/O: https://sans-io.readthedocs.io/how-to-sans-io.html
 */

/** What a driver does for a session. */
export type Verb = 'receive' | 'work' | 'send' | 'close';

/** What a session waits for: a verb, or the result of the last `send`. */
export type Next = Verb | 'sent';

/** Why a driver closes a session that doesn't wait for it: the peer reset the connection, or the server shuts down. */
export type CloseCause = 'reset' | 'shutdown';

/** Why a driver refuses a client: the server has no room for it, or it shuts down. */
export type ServerRefusal = 'busy' | 'shutting-down';

/** How an exchange (a request and what followed it) ended. It survives a structured clone. */
export interface SessionReport {
  /** One of the outcomes that the session's module declares. */
  readonly outcome: string;
}

/** One side of the conversation on one connection. */
export interface Session<
  Report extends SessionReport = SessionReport,
  Phase extends string = string,
  Refusal extends string = ServerRefusal,
> {
  /** What the session waits for. */
  readonly next: Next;
  /** The phase of the conversation, which decides about the time limit; see `PhaseDeclaration`. */
  readonly phase: Phase;
  /** While `next` is `receive`: the most bytes that the session takes now, at least 1. Otherwise 0. */
  readonly expects: number;

  /**
   * Takes bytes that arrived.
   *
   * @param bytes - the bytes; an empty array means that the peer has ended its sending, as when `recv(2)` returns 0
   * @returns how many of the bytes it took, at most `expects`
   * @throws Error if `next` is not `receive`
   */
  receive(bytes: Uint8Array): number;

  /**
   * Does one bounded slice of computing.
   *
   * @throws Error if `next` is not `work`
   */
  work(): void;

  /**
   * Writes the next bytes for the peer. The cursor moves only when {@link Session.sent} confirms them.
   *
   * @param into - memory of the driver, at least 1 byte; its bytes after those that were written may change too
   * @returns how many bytes were written and are now in flight; 0 if the slice was used up by computing: ask again
   * @throws Error if `next` is not `send`; RangeError if `into` is empty
   */
  send(into: Uint8Array): number;

  /**
   * Ends the flight of the bytes that {@link Session.send} wrote. Bytes that were not taken are written again next time.
   *
   * @param count - how many bytes the kernel took, from 0 to what `send` returned
   * @throws Error if no bytes are in flight; RangeError if count is out of range
   */
  sent(count: number): void;

  /**
   * The connection is over. Does nothing on a session that is closed already.
   *
   * @param cause - the reason; left out when `next` is `close`
   * @throws Error without a cause while `next` is not `close`
   */
  close(cause?: CloseCause): void;

  /** The time limit of the phase has passed: the session refuses a part of a request, otherwise it waits to be closed. */
  expire(): void;

  /**
   * The server shuts down: an idle session refuses; an exchange in progress is finished, then `next` is `close`.
   *
   * @returns whether the peer is refused
   */
  drain(): boolean;

  /**
   * Sends a refusal in place of an answer, then waits for the peer to leave.
   *
   * @param reason - why
   * @returns whether the peer is refused, now or already; false if a byte of an answer may be out or the conversation is
   *   over: then nothing has changed
   */
  refuse(reason: Refusal): boolean;

  /** Returns the report of an exchange that has just ended, once. Drivers ask after every call that can end one. */
  takeReport(): Report | undefined;
}
