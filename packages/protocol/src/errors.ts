/**
 * What can go wrong between two correct programs and a peer that is not: every class here is the **peer's** fault.
 *
 * A client session throws them. A server session never throws for what its peer does: it reports an outcome, and
 * `errorFor(report)` gives the error that belongs to it. Misuse of a session by its own driver (a verb out of turn, a
 * count too large) is neither: it throws a plain `Error` or `RangeError`, because no caller should catch it.
 */

import { GREETING, refusalName, type RefusalCode, type RefusalName } from './wire.ts';

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
  /** What the server seems to do, if its bytes show it: send the greeting, or integers in little-endian order. */
  readonly suspicion: 'greeting' | 'little-endian' | undefined;

  constructor(interval: readonly [number, number], most: number, count: number) {
    const suspicion = suspicionOf(count, most);
    const advice = suspicion === undefined ? '' : `; ${ADVICE[suspicion]}`;
    super(`cannot read N of [${interval.join(', ')}]: it must be from 0 to ${most}, got ${count}${advice}`);
    this.suspicion = suspicion;
  }
}

const ADVICE = {
  greeting: 'the server seems to send the greeting, one byte x, first',
  'little-endian': 'the server seems to send integers in little-endian byte order; the protocol is big-endian',
} as const;

function suspicionOf(count: number, most: number): keyof typeof ADVICE | undefined {
  // No N reaches this range: it is the greeting and the first three bytes of N.
  if (count >>> 24 === GREETING) return 'greeting';
  const view = new DataView(new ArrayBuffer(4));
  view.setInt32(0, count);
  const swapped = view.getInt32(0, true);
  return swapped >= 0 && swapped <= most ? 'little-endian' : undefined;
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
