import { FULL_SUM, referencePrimes, sumOf } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { MAX_INT32 } from './domain.ts';
import { sumPrimes } from './sum.ts';
import { EDGE_INTERVALS } from './testing/edge-intervals.ts';

describe('sumPrimes()', () => {
  it('is exact past 2^53, over all of int32', () => {
    expect(sumPrimes(0, MAX_INT32)).toBe(FULL_SUM);
  }, 30_000);

  it.each(EDGE_INTERVALS)('agrees with trial division in [%i, %i]', (a, b) => {
    expect(sumPrimes(a, b)).toBe(sumOf(referencePrimes(Math.max(a, 0), b)));
  });

  it('throws when a bound is no int32', () => {
    expect(() => sumPrimes(0, 2 ** 31)).toThrow(/^cannot sum primes: b must be /);
    expect(() => sumPrimes(NaN, 0)).toThrow(TypeError);
  });
});
