import { MAX_INT32, primes } from '@concurrent-primes/sieve';
import { describe, expect, it } from 'vitest';
import { decimalsOf } from './decimals.ts';
import type { Interval } from './pieces.ts';

function text(interval: Interval, separator = '\n'): string {
  return Buffer.from(decimalsOf(interval, separator)).toString('latin1');
}

describe('decimalsOf()', () => {
  it('puts the separator after each prime', () => {
    expect(text([0, 12])).toBe('2\n3\n5\n7\n11\n');
    expect(text([8, 20], ',')).toBe('11,13,17,19,');
    expect(text([24, 28])).toBe('');
  });

  // The first of each length, borders between the digits that are shared and those that are not, and both ends.
  it.each<[Interval]>([
    [[0, 120_000]],
    [[9_990_000, 10_010_000]],
    [[99_990_000, 100_010_000]],
    [[999_990_000, 1_000_010_000]],
    [[MAX_INT32 - 100_000, MAX_INT32]],
  ])('writes the same as String() in %j', (interval) => {
    expect(text(interval)).toBe(Array.from(primes(...interval), (prime) => `${prime}\n`).join(''));
  });
});
