import { describe, expect, it } from 'vitest';
import { formatTime, renderTable } from './clients-table.ts';
import { MIXED, WIDEST } from './testing/sample-reports.ts';

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
