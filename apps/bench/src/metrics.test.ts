import { describe, expect, it } from 'vitest';
import { betterOf, formatLimit, formatSpread, formatValue, type Unit } from './metrics.ts';

describe('formatValue()', () => {
  it.each<[number, Unit, string]>([
    [156.04, 'ms', '156 ms'],
    [0.012, 'ms', '12.0 µs'],
    [0, 'ms', '0 µs'],
    [0.000_004, 'ms', '0.004 µs'],
    [1.5e9, 'bytes/s', '1.50 GB/s'],
    [1.5e6, 'bytes/s', '1.50 MB/s'],
    [-20_500, 'bytes', '-20.5 KB'],
    [999, 'bytes', '999 B'],
    [14_000.4, 'requests/s', '14000/s'],
    [0.975, 'share', '97.5 %'],
    [1.5, 'times', '1.50 times'],
    [0.99654, 'index', '0.9965'],
  ])('%d in %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('uses the multiple of another value when it gets one', () => {
    expect(formatValue(0.02, 'ms', 1)).toBe('0.02 ms');
  });
});

describe('formatSpread()', () => {
  it('writes all in the unit of the median', () => {
    expect(formatSpread({ median: 0.012, min: 0.0115, max: 1 }, 'ms')).toBe('12.0 µs (11.5 to 1000)');
  });

  it('writes all digits of an index', () => {
    expect(formatSpread({ median: 0.9991, min: 0.9871, max: 1 }, 'index')).toBe('0.9991 (0.9871 to 1.0000)');
  });

  it('writes no spread where there is none', () => {
    expect(formatSpread({ median: 5, min: 5, max: 5 }, 'ms')).toBe('5.00 ms');
  });
});

describe('formatLimit()', () => {
  it.each<[number, Unit, string]>([
    [20, 'ms', '20 ms'],
    [15e9, 'bytes/s', '15 GB/s'],
    [1.5e9, 'primes/s', '1.5 G primes/s'],
    [0.9, 'share', '90 %'],
    [0.99, 'index', '0.99'],
  ])('%d in %s is %s', (value, unit, text) => {
    expect(formatLimit(value, unit)).toBe(text);
  });
});

describe('betterOf()', () => {
  it('returns the better direction of a metric', () => {
    expect(betterOf('p99Ms')).toBe('lower');
    expect(betterOf('requestsPerSecond')).toBe('higher');
    expect(betterOf('jain')).toBe('higher');
    expect(betterOf('clientShare')).toBeUndefined();
  });
});
