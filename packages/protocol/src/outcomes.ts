/**
 * The outcomes of an exchange on the server's side.
 *
 * A connection's first exchange begins when the client connects, a later one with the first byte of its request. Each
 * exchange ends in exactly one report. So every connection yields at least one report, and an orderly end between two
 * requests yields none.
 */

import {
  EarlyEndError,
  type ProtocolError,
  TrailingGarbageError,
  TruncatedRequestError,
  TruncatedSumError,
  WrongSumError,
} from './errors.ts';
import type { Interval } from './wire.ts';

/** The meaning of each outcome, in one line. */
export const OUTCOME_MEANINGS = {
  served: 'the whole answer was sent and the right sum received',
  'wrong-sum': 'the whole answer was sent and a wrong sum received',
  'no-sum': 'the client ended the connection after the whole answer without a sum, as older clients do',
  probe: 'the client connected and left without sending a byte, as health checks do',
  'truncated-request': 'the client left inside its first request',
  'truncated-sum': 'the client left inside its sum',
  'trailing-garbage': 'bytes after a sum did not become a whole request',
  'early-end': 'the client reset the connection before the first byte of its sum',
  'too-slow': 'the server cut the connection because a time limit had passed',
  'refused-busy': 'refused: the connection limit was reached',
  'refused-too-slow': 'refused: the rest of the request did not arrive in time',
  'refused-shutdown': 'refused: the server was shutting down',
  'refused-too-wide': 'refused: the interval is wider than this server allows',
  shutdown: 'the server cut the connection because it was shutting down',
} as const;

/** How an exchange ended. */
export type Outcome = keyof typeof OUTCOME_MEANINGS;

/** All outcomes, in a fixed order. */
export const OUTCOMES: readonly Outcome[] = Object.keys(OUTCOME_MEANINGS) as Outcome[];

/** The record of an exchange that has ended; plain data that can be posted to another thread. */
export interface ExchangeReport {
  readonly outcome: Outcome;
  /** The interval requested; undefined without a complete request. */
  readonly interval: Interval | undefined;
  /** N; undefined if it was not computed. */
  readonly count: number | undefined;
  /** Bytes that the kernel took in this exchange: greeting, N, primes or refusal. */
  readonly bytesSent: number;
  /** Result of checking the sum; undefined if the exchange ended before it was due. */
  readonly sum: 'right' | 'wrong' | 'absent' | undefined;
}

/**
 * Returns the error that matches an outcome, for logs and for callers that throw.
 *
 * @returns the client's fault, or undefined if it made none: it was served, refused or cut, or it was a probe
 */
export function errorFor(report: ExchangeReport): ProtocolError | undefined {
  const { outcome, count, bytesSent } = report;
  switch (outcome) {
    case 'truncated-request':
      return new TruncatedRequestError('cannot read the request: needs 8 bytes, got the end of the connection');
    case 'truncated-sum':
      return new TruncatedSumError('cannot read the sum: needs 8 bytes, got the end of the connection');
    case 'trailing-garbage':
      return new TrailingGarbageError('cannot read the next request: needs 8 bytes, got the end of the connection');
    case 'early-end':
      return new EarlyEndError(
        `cannot finish the answer: N is ${String(count ?? 'unknown')}, got a reset after ${bytesSent} bytes were sent`,
      );
    case 'wrong-sum':
      return new WrongSumError(
        `cannot confirm the answer: needs the sum of the ${String(count)} primes sent, got another one`,
      );
    default:
      return undefined;
  }
}
