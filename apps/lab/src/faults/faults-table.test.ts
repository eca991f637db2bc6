import { describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';
import type { FaultResult } from './fault-run.ts';
import { faultsTable } from './faults-table.ts';

const FAULT: Fault = {
  title: 'somebody does something',
  expects: 'nobody notices',
  refuses: ['refused-busy'],
  cause: () => Promise.resolve(),
};

const FINE: FaultResult = {
  good: { requests: 200, failures: [{ connection: 'fresh', kind: 'refused-busy', count: 7 }], slowestMs: 12.34 },
  left: { descriptors: 0, threads: 0, memoryBytes: 1.5 * 2 ** 20, connections: 0, unsentBytes: 0 },
  ends: [{ code: 0, stopMs: 45 }],
  problems: [],
};

describe('faultsTable()', () => {
  it('has a line for each fault, with refusals apart from failures', () => {
    expect(
      faultsTable('select', [
        { name: 'fine', fault: FAULT, outcome: FINE },
        { name: 'absent', fault: FAULT, outcome: { skipped: 'strace is missing\nand more' } },
      ]),
    ).toBe(
      [
        'select  requests  failed  refused  slowest  fds  threads  MiB  conns  exit  SIGTERM',
        'fine         200       0        7  12.3 ms    0        0  1.5      0     0  45.0 ms  ok',
        'absent  skipped: strace is missing',
        '',
        'fine: somebody does something',
        "  refused   7 requests on fresh connections: the server's connection limit was",
        '            reached',
        '',
      ].join('\n'),
    );
  });

  it('says below the table what was expected and what came instead', () => {
    const outcome: FaultResult = {
      good: {
        requests: 1,
        failures: [
          { connection: 'fresh', kind: 'reset', count: 2 },
          { connection: 'kept', kind: 'unanswered', count: 3 },
        ],
        slowestMs: 5000,
      },
      left: undefined,
      ends: [{ code: 1, stopMs: undefined }],
      problems: ['2 requests on fresh connections: the server reset the connection', 'the server ended'],
    };
    expect(faultsTable('pool', [{ name: 'bad', fault: FAULT, outcome }])).toBe(
      [
        'pool  requests  failed  refused  slowest  fds  threads  MiB  conns  exit  SIGTERM',
        'bad          1       5        0   5.00 s    -        -    -      -     1        -  FAILED',
        '',
        'bad: somebody does something',
        '  expected  nobody notices',
        '  got       2 requests on fresh connections: the server reset the connection',
        '  got       the server ended',
        '',
      ].join('\n'),
    );
  });

  it('shows the worst of the servers when one was restarted', () => {
    const ends = [
      { code: undefined, stopMs: 15_000 },
      { code: 0, stopMs: 30 },
    ];
    const table = faultsTable('net', [{ name: 'restart', fault: FAULT, outcome: { ...FINE, ends } }]);
    expect(table).toMatch(/ killed {3}15\.0 s {2}ok\n/);
  });
});
