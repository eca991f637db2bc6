/**
 * The faults of a peer, as errors.
 *
 * A client session throws them. A server session never throws for what its client does: it reports an outcome, and
 * `errorFor(report)` returns the matching error. If a driver misuses a session (a verb out of turn, a count too large),
 * the session throws a plain `Error` or `RangeError`, because no caller should catch it.
 */

import { GREETING, refusalName, type RefusalCode, type RefusalName } from './wire.ts';

/** The peer broke the protocol, or ended the conversation early: the base class of all errors of this package. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The client ended the connection inside a request. */
export class TruncatedRequestError extends ProtocolError {}

/** The client ended the connection inside its sum. */
export class TruncatedSumError extends ProtocolError {}

/** Bytes that belong to no message: after a sum on the server's side, unrequested on the client's side. */
export class TrailingGarbageError extends ProtocolError {}

/** The peer ended the connection before the answer was complete. */
export class EarlyEndError extends ProtocolError {}

/** The client's sum is not the sum of the primes it was sent. */
export class WrongSumError extends ProtocolError {}

/** The first byte of a connection in the dialect `greeting` was not the greeting. */
export class WrongGreetingError extends ProtocolError {}

/** The server's numbers are not an ascending list inside the interval. */
export class WrongAnswerError extends ProtocolError {}

/** The server's N is impossible: more than the interval can contain, or negative without being a refusal. */
export class CountOutOfRangeError extends ProtocolError {
  /** What the bytes suggest about the server: it sends the greeting, or little-endian integers. */
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
  // No N is this large: these are the greeting and the first three bytes of N.
  if (count >>> 24 === GREETING) return 'greeting';
  const view = new DataView(new ArrayBuffer(4));
  view.setInt32(0, count);
  const swapped = view.getInt32(0, true);
  return swapped >= 0 && swapped <= most ? 'little-endian' : undefined;
}

/** The server refused the request with a negative N. */
export class RefusedError extends ProtocolError {
  readonly code: RefusalCode;
  readonly reason: RefusalName;

  constructor(code: RefusalCode) {
    const reason = refusalName(code);
    super(`the server refused the request: ${reason} (${code})`);
    this.code = code;
    this.reason = reason;
  }
}
