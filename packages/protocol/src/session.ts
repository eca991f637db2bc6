/**
 * The contract between a conversation and whoever drives it.
 *
 * A session is one side of one connection's conversation, without I/O: no socket, thread, clock or callback in it. It
 * says by {@link Session.next} which of four verbs it waits for; the driver does that verb's system call (`recv`,
 * `send`, `close`; none for `work`) and tells the session what came of it. How to wait, for which of many sessions and
 * on which thread, is the driver's whole business, so every server architecture is a driver of these four verbs.
 *
 * The idea is known as sans-I/O: https://sans-io.readthedocs.io/how-to-sans-io.html
 */

import type { ExchangeReport } from './outcomes.ts';
import type { RefusalName } from './wire.ts';

/** What a session can wait for. */
export type Verb = 'receive' | 'work' | 'send' | 'close';

/**
 * What kind of waiting this is; a server maps it to a time limit.
 *
 * - `idle`: for the first byte of a request
 * - `request`: for the rest of a request
 * - `answer`: for counting, or for the wire to take bytes
 * - `sum`: the whole answer is out, the sum is not in
 * - `farewell`: the server refused and waits for the peer's end, discarding what it still sends. When it comes to receive
 *   in this phase the driver may end its own sending (`shutdown(2)`), so that a client that waits for the end sees it
 */
export type Phase = 'idle' | 'request' | 'answer' | 'sum' | 'farewell';

/** Why a driver closes a session that does not wait for it. */
export type CloseCause = 'reset' | 'too-slow' | 'shutdown';

/** The server's side of one connection's conversation. */
export interface Session {
  /** The verb it waits for now. */
  readonly next: Verb;
  /** What kind of waiting this is. */
  readonly phase: Phase;
  /** While `next` is `receive`: how many bytes it takes at most now, at least 1. Otherwise 0. */
  readonly expects: number;

  /**
   * Bytes arrived.
   *
   * @param bytes - what came; an empty array says that the peer has ended its sending, as `recv(2)` returns 0
   * @returns how many bytes it took: at most `expects`
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
   * Asks for the next bytes for the wire. Moves nothing: what {@link sent} does not confirm is handed out again.
   *
   * @param maxBytes - how many bytes to hand out at most, at least 4
   * @returns a view, valid until the thread's next call of any session; empty if this slice was used up computing
   * @throws Error if `next` is not `send`; RangeError if maxBytes is less than 4
   */
  send(maxBytes: number): Uint8Array;

  /**
   * The wire took so many of the bytes last handed out.
   *
   * @param count - 0 to the length handed out
   * @throws Error if `next` is not `send`; RangeError if count is out of range
   */
  sent(count: number): void;

  /**
   * The connection is over. Does nothing on a session already closed.
   *
   * @param cause - why; left out when `next` is `close`
   * @throws Error without a cause while `next` is not `close`
   */
  close(cause?: CloseCause): void;

  /** The time limit of the current phase has passed: a partial request is refused, otherwise `next` becomes `close`. */
  expire(): void;

  /** The server shuts down: nothing asked yet is refused; an exchange in service is finished, then comes `close`. */
  drain(): void;

  /**
   * Answers a negative N instead of step 2, and then only waits for the peer's end.
   *
   * @param reason - why, in a word; `REFUSALS` has the N that says it
   * @returns false, and changes nothing, when a byte of N is already out or the conversation is over
   */
  refuse(reason: RefusalName): boolean;

  /** The report of an exchange that just ended, once; undefined if none. To be asked after each verb and interruption. */
  takeReport(): ExchangeReport | undefined;
}

/** The answer to one interval, produced in bounded steps. */
export interface Answer {
  /** N; undefined until enough {@link work} was done. */
  readonly count: number | undefined;

  /** Does one bounded slice of computing towards `count`. */
  work(): void;

  /**
   * Writes the next bytes of the answer from the cursor on: int32, big-endian, ascending. Does not move the cursor, and
   * computes at most one bounded step.
   *
   * @param target - where to; at least 4 bytes
   * @returns how many bytes it wrote; 0 says that the step was used up computing, come again
   */
  fill(target: Uint8Array): number;

  /**
   * Moves the cursor past bytes that the wire took.
   *
   * @param bytes - how many of the bytes last filled; can end inside a prime
   */
  advance(bytes: number): void;

  /** The sum of the primes the cursor has passed: that of the answer once all 4N bytes were advanced. */
  readonly sum: bigint;
}
