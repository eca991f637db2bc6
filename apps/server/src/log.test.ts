import { type ExchangeReport, OUTCOMES } from '@concurrent-primes/protocol';
import type { ClientReport } from '@concurrent-primes/server-core';
import type { Logger } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { describeClient, levelOf, logClient } from './log.ts';

function reportOf(exchange: Partial<ExchangeReport>, queuedMs = 0): ClientReport<ExchangeReport> {
  const session: ExchangeReport = {
    outcome: 'served',
    interval: [100, 200],
    count: 21,
    bytesSent: 88,
    sum: 'right',
    ...exchange,
  };
  return { client: '127.0.0.1:50000', durationMs: 1.25, queuedMs, thread: 'pool-3', session };
}

describe('describeClient', () => {
  it('describeClient() names client, interval, answer, sum, duration and outcome in one line', () => {
    expect(describeClient(reportOf({}))).toBe(
      '127.0.0.1:50000 [100, 200], N 21, 88 B, sum right, 1.3 ms, pool-3, served',
    );
  });

  it('describeClient() names the time in the queue when the client waited', () => {
    expect(describeClient(reportOf({}, 9170))).toContain(', sum right, 9.17 s in the queue, 1.3 ms, pool-3, served');
  });

  it('describeClient() names what is missing when the exchange ended early', () => {
    const nothing = { interval: undefined, count: undefined, bytesSent: 0, sum: undefined };
    expect(describeClient(reportOf({ outcome: 'probe', ...nothing }))).toBe(
      '127.0.0.1:50000 no request, no N, 0 B, no sum due, 1.3 ms, pool-3, probe',
    );
  });

  it("describeClient() explains the peer's fault when there was one", () => {
    expect(describeClient(reportOf({ outcome: 'wrong-sum', sum: 'wrong' }))).toBe(
      '127.0.0.1:50000 [100, 200], N 21, 88 B, sum wrong, 1.3 ms, pool-3, wrong-sum: cannot confirm the answer: needs ' +
        'the sum of the 21 primes sent, got another one',
    );
  });
});

describe('levels', () => {
  it('levelOf() is debug when the outcome is a normal one, or that of a health check', () => {
    expect(OUTCOMES.filter((outcome) => levelOf(outcome) === 'debug')).toEqual([
      'served',
      'no-sum',
      'probe',
      'early-end',
    ]);
    expect(OUTCOMES.filter((outcome) => levelOf(outcome) === 'info')).toHaveLength(OUTCOMES.length - 4);
  });

  it('levelOf() is info when the client waited for a thread for 1 s or more', () => {
    expect([999, 1000].map((queuedMs) => levelOf('served', queuedMs))).toEqual(['debug', 'info']);
  });

  it('logClient() logs at the level of the outcome, with the fields that programs read', () => {
    const log = { info: vi.fn(), debug: vi.fn() };
    logClient(log as unknown as Logger, reportOf({}));
    const report = reportOf({ outcome: 'too-slow' });
    logClient(log as unknown as Logger, report);
    expect(log.debug).toHaveBeenCalledOnce();
    expect(log.info.mock.calls).toEqual([
      [
        {
          client: {
            address: '127.0.0.1:50000',
            durationMs: 1.25,
            queuedMs: 0,
            thread: 'pool-3',
            outcome: 'too-slow',
            interval: [100, 200],
            count: 21,
            bytesSent: 88,
            sum: 'right',
          },
        },
        describeClient(report),
      ],
    ]);
  });
});
