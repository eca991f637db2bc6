import type { Outcome } from '@concurrent-primes/conformance';
import { describe, expect, it } from 'vitest';
import { OutcomeAccounts, readSummary, type ServerSummary } from './outcome-accounts.ts';

function summaryOf(connections: number, outcomes: Partial<Record<Outcome, number>>): ServerSummary {
  return { connections, outcomes: new Map(Object.entries(outcomes) as [Outcome, number][]) };
}

describe('readSummary()', () => {
  it('reads the last line of a log', () => {
    const log =
      '[08:31] INFO: SIGTERM: finishing\n[08:31] INFO: stopped after 12 connections, served 9, truncated-request 1\n';
    expect(readSummary(log)).toEqual(summaryOf(12, { served: 9, 'truncated-request': 1 }));
  });

  it('reads a summary without connections', () => {
    expect(readSummary('stopped after 0 connections')).toEqual(summaryOf(0, {}));
  });

  it('throws when there is no summary', () => {
    expect(() => readSummary('out of memory')).toThrow('the log must end with a summary, got out of memory');
  });

  it('throws when an outcome is none of the protocol', () => {
    expect(() => readSummary('stopped after 1 connections, lost 1')).toThrow(
      'must name outcomes of the protocol, got lost',
    );
  });
});

describe('OutcomeAccounts', () => {
  it('agree when each outcome was counted as often as it was made', () => {
    const accounts = new OutcomeAccounts();
    accounts.connections = 3;
    accounts.enter(['served'], 4);
    accounts.enter(['probe']);
    expect(accounts.disagreements(summaryOf(3, { served: 4, probe: 1 }))).toEqual([]);
  });

  it.for([
    [0, 20, 0],
    [5, 12, 3],
    [10, 0, 10],
    [10, 10, 0],
  ])(
    'agree when %d, %d and %d can be distributed over exchanges that may end in two ways',
    ([probe, earlyEnd, truncatedSum]) => {
      const accounts = new OutcomeAccounts();
      accounts.enter(['early-end', 'probe'], 10);
      accounts.enter(['truncated-sum', 'early-end'], 10);
      const summary = summaryOf(0, { probe: probe!, 'early-end': earlyEnd!, 'truncated-sum': truncatedSum! });
      expect(accounts.disagreements(summary)).toEqual([]);
    },
  );

  it('disagree when the counts can not be distributed, although their total is right', () => {
    const accounts = new OutcomeAccounts();
    accounts.enter(['early-end', 'probe'], 10);
    accounts.enter(['truncated-sum', 'early-end'], 10);
    expect(accounts.disagreements(summaryOf(0, { probe: 11, 'early-end': 4, 'truncated-sum': 5 }))).toEqual([
      'expected at least 10 exchanges that end as truncated-sum or early-end, the server counted 9',
    ]);
  });

  it('disagree about connections and about exchanges', () => {
    const accounts = new OutcomeAccounts();
    accounts.connections = 2;
    accounts.enter(['served'], 2);
    expect(accounts.disagreements(summaryOf(3, { served: 2, probe: 1 }))).toEqual([
      'expected 2 connections, the server counted 3',
      'expected 2 exchanges, the server counted 3',
    ]);
  });
});
