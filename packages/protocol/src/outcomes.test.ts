import { describe, expect, it } from 'vitest';

import {
  EarlyEndError,
  ProtocolError,
  TrailingGarbageError,
  TruncatedRequestError,
  TruncatedSumError,
  WrongSumError,
} from './errors.ts';
import { errorFor, type ExchangeReport, type Outcome, OUTCOMES } from './outcomes.ts';

function report(outcome: Outcome): ExchangeReport {
  return { outcome, interval: [100, 120], count: 5, bytesSent: 7, sum: undefined };
}

describe('errorFor()', () => {
  it.each([
    ['truncated-request', TruncatedRequestError],
    ['truncated-sum', TruncatedSumError],
    ['trailing-garbage', TrailingGarbageError],
    ['early-end', EarlyEndError],
    ['wrong-sum', WrongSumError],
  ] as const)('errorFor() returns the matching error when the outcome is %s', (outcome, expected) => {
    const error = errorFor(report(outcome));
    expect(error).toBeInstanceOf(expected);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error?.name).toBe(expected.name);
  });

  it('errorFor() names the bytes that were sent when the client reset', () => {
    expect(errorFor(report('early-end'))?.message).toBe(
      'cannot finish the answer: N is 5, got a reset after 7 bytes were sent',
    );
  });

  it('errorFor() is undefined when the client made no fault', () => {
    const blameless = OUTCOMES.filter((outcome) => errorFor(report(outcome)) === undefined);
    expect(blameless).toEqual([
      'served',
      'no-sum',
      'probe',
      'too-slow',
      'refused-busy',
      'refused-too-slow',
      'refused-shutdown',
      'refused-too-wide',
      'shutdown',
    ]);
  });
});
