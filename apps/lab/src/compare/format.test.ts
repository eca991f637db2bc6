import { describe, expect, it } from 'vitest';
import { bytes, count, duration, list, number, percent, times } from './format.ts';

/** With spaces at which a line may be broken. */
function plain(text: string): string {
  return text.replaceAll('\u00A0', ' ');
}

describe('number()', () => {
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
    expect(number(value)).toBe(text);
  });
});

describe('units', () => {
  it('go with the size', () => {
    expect([0.85, 3.1, 2500, 0].map(duration).map(plain)).toEqual(['850 µs', '3.10 ms', '2.50 s', '0 ms']);
    expect([640e3, 72.35e6, 4.2e9].map(bytes).map(plain)).toEqual(['640 KB', '72.3 MB', '4.20 GB']);
    expect(plain(percent(0.123))).toBe('12.3 %');
    expect(plain(times(1.4142))).toBe('1.41 times');
    expect(duration(5)).toBe('5\u00A0ms');
  });
});

describe('list() and count()', () => {
  it('write sentences', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(list)).toEqual(['', 'a', 'a and b', 'a, b and c']);
    expect([count(1, 'thread'), count(5, 'thread')]).toEqual(['1 thread', '5 threads']);
  });
});
