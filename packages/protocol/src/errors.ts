/**
 * What can go wrong between two correct programs and a peer that is not: every class here is the **peer's** fault.
 *
 * A client session throws them. A server session never throws for what its peer does: it reports an outcome, and
 * `errorFor(report)` gives the error that belongs to it. Misuse of a session by its own driver (a verb out of turn, a
 * count too large) is neither: it throws a plain `Error` or `RangeError`, because no caller should catch it.
 */

import { refusalName, type RefusalCode, type RefusalName } from './wire.ts';

/** The peer broke the protocol, or ended the conversation early: the base of every error of this package. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
}

/** The client ended the connection inside a request. */
export class TruncatedRequestError extends ProtocolError {
  override name = 'TruncatedRequestError';
}

/** The client ended the connection inside its sum. */
export class TruncatedSumError extends ProtocolError {
  override name = 'TruncatedSumError';
}

/** Bytes came that belong to no message: behind a sum on the server's side, unasked on the client's side. */
export class TrailingGarbageError extends ProtocolError {
  override name = 'TrailingGarbageError';
}

/** The peer ended the connection before the whole answer had passed. */
export class EarlyEndError extends ProtocolError {
  override name = 'EarlyEndError';
}

/** The client's sum is not the sum of the primes it was sent. */
export class WrongSumError extends ProtocolError {
  override name = 'WrongSumError';
}

/** The first byte of a connection in the dialect `greeting` was not the greeting. */
export class WrongGreetingError extends ProtocolError {
  override name = 'WrongGreetingError';
}

/** The server's N can't be true: more than the interval has candidates, or a negative number that refuses nothing. */
export class CountOutOfRangeError extends ProtocolError {
  override name = 'CountOutOfRangeError';
}

/** The server's numbers are not an ascending list of numbers inside the interval. */
export class WrongAnswerError extends ProtocolError {
  override name = 'WrongAnswerError';
}

/** The server answered a negative N: it does not serve this request. */
export class RefusedError extends ProtocolError {
  override name = 'RefusedError';
  /** The negative N as it came. */
  readonly code: RefusalCode;
  /** Why, in a word. */
  readonly reason: RefusalName;

  constructor(code: RefusalCode) {
    const reason = refusalName(code);
    super(`the server refused the request: ${reason} (${code})`);
    this.code = code;
    this.reason = reason;
  }
}
