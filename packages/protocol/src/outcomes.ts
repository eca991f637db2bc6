/**
 * How an exchange can end, seen by the server.
 *
 * A connection's first exchange begins when the client connects; a later one begins with the first byte of its request.
 * Each exchange that began ends in exactly one report, so a connection yields at least one, and an orderly end between
 * two requests yields none.
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

/** What each outcome means, in a line. */
export const OUTCOME_MEANINGS = {
  served: 'the whole answer was sent and the right sum came back',
  'wrong-sum': 'the whole answer was sent and a wrong sum came back',
  'no-sum': 'the client ended the connection after the whole answer without a byte of a sum, as older clients do',
  probe: 'the client connected and left without sending a byte, as health checks do',
  'truncated-request': 'the client left inside its first request',
  'truncated-sum': 'the client left inside its sum',
  'trailing-garbage': 'bytes came after a sum that never became a whole request',
  'early-end': 'the client reset the connection before a byte of its sum had come',
  'too-slow': 'the server cut the connection because a time limit had passed',
  'refused-busy': 'refused: all places were taken',
  'refused-too-slow': 'refused: the rest of the request did not come in time',
  'refused-shutdown': 'refused: the server was shutting down',
  'refused-too-wide': 'refused: the interval is wider than this server allows',
  shutdown: 'the server cut the connection because it was shutting down',
} as const;

/** How an exchange ended; {@link OUTCOME_MEANINGS} explains each. */
export type Outcome = keyof typeof OUTCOME_MEANINGS;

/** All outcomes, in a fixed order. */
export const OUTCOMES: readonly Outcome[] = Object.keys(OUTCOME_MEANINGS) as Outcome[];

/** What is left of an exchange when it has ended; plain data, so it can be posted to another thread. */
export interface ExchangeReport {
  /** How it ended. */
  readonly outcome: Outcome;
  /** What was asked; undefined if no whole request came. */
  readonly interval: Interval | undefined;
  /** N; undefined if it was never counted. */
  readonly count: number | undefined;
  /** Bytes that the wire took in this exchange: greeting, N, primes or refusal. */
  readonly bytesSent: number;
  /** What came of the sum; undefined if the exchange ended before it was due. */
  readonly sum: 'right' | 'wrong' | 'absent' | undefined;
}

/**
 * The error that belongs to an outcome, for logs and for callers that want to throw.
 *
 * @param report - the report of an exchange
 * @returns the client's breach of the protocol, or undefined if it committed none: it was served, probed, refused, cut
 */
export function errorFor(report: ExchangeReport): ProtocolError | undefined {
  const { outcome, count, bytesSent } = report;
  switch (outcome) {
    case 'truncated-request':
      return new TruncatedRequestError('cannot read the request: needs 8 bytes, the client left inside them');
    case 'truncated-sum':
      return new TruncatedSumError('cannot read the sum: needs 8 bytes, the client left inside them');
    case 'trailing-garbage':
      return new TrailingGarbageError('cannot read another request: needs 8 bytes, the client left inside them');
    case 'early-end':
      return new EarlyEndError(
        `cannot finish the answer: N is ${String(count ?? 'unknown')}, the client reset after ${bytesSent} bytes were sent`,
      );
    case 'wrong-sum':
      return new WrongSumError(`cannot confirm the answer: the sum is not that of the ${String(count)} primes sent`);
    default:
      return undefined;
  }
}
