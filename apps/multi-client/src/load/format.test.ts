import { expect, it } from 'vitest';
import { digits, formatDuration, formatLatency } from './format.ts';

it.each([
  [0, '0 µs'],
  [0.0854, '85 µs'],
  [0.9994, '999 µs'],
  [0.9996, '1.00 ms'],
  [9.994, '9.99 ms'],
  [9.996, '10.0 ms'],
  [99.96, '100 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [3_600_000, '3600 s'],
])('formatLatency() of %d ms is %s', (timeMs, text) => {
  expect(formatLatency(timeMs)).toBe(text);
});

it.each([
  [0, '0.00'],
  [1.234, '1.23'],
  [12.34, '12.3'],
  [12_345.6, '12346'],
])('digits() of %d is %s', (value, text) => {
  expect(digits(value)).toBe(text);
});

it('formatDuration() leaves out what is not needed', () => {
  expect([20, 500, 10_000, 90_000, 1250].map(formatDuration)).toEqual(['0.02 s', '0.5 s', '10 s', '90 s', '1.3 s']);
});
