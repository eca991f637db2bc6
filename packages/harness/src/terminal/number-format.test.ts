import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDigits,
  formatDuration,
  formatEstimate,
  formatLatency,
  formatNumber,
  formatSeconds,
  formatShare,
  formatTimes,
  joinNames,
} from './number-format.ts';

describe('formatNumber()', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [12_345, '12,345'],
    [12_345.6, '12,346'],
    [99.94, '99.9'],
    [2.345, '2.35'],
    [0.123, '0.12'],
    [0.0123, '0.012'],
    [0.00123, '0.0012'],
    [Infinity, '∞'],
    [Number.NaN, '?'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('units', () => {
  it('go with the size', () => {
    expect([0.85, 3.1, 2500, 0, 5].map(formatDuration)).toEqual(['850 µs', '3.10 ms', '2.50 s', '0 ms', '5 ms']);
    expect([640e3, 72.35e6, 4.2e9].map(formatBytes)).toEqual(['640 KB', '72.3 MB', '4.20 GB']);
    expect(formatShare(0.123)).toBe('12.3 %');
    expect(formatTimes(1.4142)).toBe('1.41 times');
    expect([400, 41_200, 150_000, 4_800_000, 7_200_000].map(formatEstimate)).toEqual([
      '1 s',
      '42 s',
      '3 min',
      '80 min',
      '2 h',
    ]);
    expect(formatEstimate(8_000_000)).toBe('2 h 13 min');
  });
});

describe('formatCount() and joinNames()', () => {
  it('write sentences', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(joinNames)).toEqual(['', 'a', 'a and b', 'a, b and c']);
    expect([formatCount(1, 'thread'), formatCount(5, 'thread')]).toEqual(['1 thread', '5 threads']);
  });
});

describe('formatDigits()', () => {
  it.for([
    [0, '0.00'],
    [0.2345, '0.23'],
    [9.994, '9.99'],
    [9.996, '10.0'],
    [99.94, '99.9'],
    [99.96, '100'],
    [4567.8, '4568'],
  ] as const)('writes %d as %s', ([value, text]) => {
    expect(formatDigits(value)).toBe(text);
  });
});

describe('formatLatency() and formatSeconds()', () => {
  it('choose the unit', () => {
    expect([0.0854, 1.234, 45.6, 1250].map(formatLatency)).toEqual(['85 µs', '1.23 ms', '45.6 ms', '1.25 s']);
    expect([50, 500, 10_000, 90_000].map(formatSeconds)).toEqual(['0.05 s', '0.5 s', '10 s', '90 s']);
  });
});
