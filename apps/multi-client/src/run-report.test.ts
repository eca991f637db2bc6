import { describe, expect, it } from 'vitest';
import { formatTime, progressText, renderJson, renderTable, type RunReport } from './run-report.ts';

/** Two clients, one of them served. */
const MIXED: RunReport = {
  address: '127.0.0.1:65432',
  elapsedMs: 1250,
  clients: [
    { client: 0, interval: [100, 200], received: 21, outcome: { sum: 3167n, elapsedMs: 1.24 } },
    { client: 1, interval: [1100, 1200], received: 3, outcome: { error: new RangeError('it broke') } },
  ],
};

/** The widest values that there are. */
const WIDEST: RunReport = {
  address: '127.0.0.1:65432',
  elapsedMs: 999_999,
  clients: [
    {
      client: 0,
      interval: [-2_147_483_648, 2_147_483_647],
      received: 105_097_565,
      outcome: { sum: 109_930_816_131_860_852n, elapsedMs: 999_999 },
    },
  ],
};

it('progressText() says how many answers are missing, and how many of them have not begun', () => {
  const progress = { done: 1, begun: 2, primes: 250_000 };
  expect(progressText(progress, 3, 1000)).toBe('waiting for 2 of 3 answers (1 not begun), 250000 primes, 1.0 MB/s');
  expect(progressText({ ...progress, begun: 3 }, 3, 1250)).toBe('waiting for 2 of 3 answers, 250000 primes, 0.8 MB/s');
});

it('progressText() fits in 80 columns when the numbers are large', () => {
  const progress = { done: 20_000, begun: 20_000, primes: 20_000 * 105_097_565 };
  expect(progressText(progress, 20_000, 1000).length).toBeLessThan(80);
});

describe('renderTable()', () => {
  it('has a line a client, with the reason of those that failed, and a total', () => {
    expect(renderTable(MIXED)).toBe(
      [
        'client             interval  primes   sum    time',
        '     0           [100, 200]      21  3167  1.2 ms',
        '     1         [1100, 1200]  it broke (after 3 primes)',
        ' total  2 clients, 1 failed      21  3167  1.25 s',
        '',
      ].join('\n'),
    );
  });

  it('fits in 80 columns when the values are the widest', () => {
    for (const line of renderTable(WIDEST).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('formatTime()', () => {
  it.each([
    [0, '0.0 ms'],
    [12.34, '12.3 ms'],
    [999.94, '999.9 ms'],
    [999.95, '1.00 s'],
    [61_234, '61.23 s'],
  ])('writes %d ms as %s', (durationMs, text) => {
    expect(formatTime(durationMs)).toBe(text);
  });
});

it('renderJson() rounds durations to microseconds', () => {
  expect(JSON.parse(renderJson({ ...MIXED, elapsedMs: 2.1713199999 }))).toMatchObject({ total: { elapsedMs: 2.171 } });
});

it('renderJson() writes one document with sums as strings', () => {
  expect(JSON.parse(renderJson(MIXED))).toEqual({
    address: '127.0.0.1:65432',
    clients: [
      { client: 0, interval: [100, 200], count: 21, sum: '3167', elapsedMs: 1.24 },
      { client: 1, interval: [1100, 1200], received: 3, error: { name: 'RangeError', message: 'it broke' } },
    ],
    total: { clients: 2, failed: 1, count: 21, sum: '3167', elapsedMs: 1250 },
  });
  expect(renderJson(WIDEST)).toContain('"sum": "109930816131860852"');
  expect(renderJson(WIDEST)).toMatch(/\n$/);
});
