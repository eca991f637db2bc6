import { describe, expect, it } from 'vitest';
import { MAX_INT32 } from './domain.ts';
import { sumPrimes } from './sum.ts';
import { EDGE_INTERVALS, slowPrimes, SUM_OF_INT32_PRIMES, sumOf } from './testing/reference.ts';

describe('sumPrimes()', () => {
  it('is exact past 2^53, over all of int32', () => {
    expect(sumPrimes(0, MAX_INT32)).toBe(SUM_OF_INT32_PRIMES);
  }, 30_000);

  it.each(EDGE_INTERVALS)('agrees with trial division in [%i, %i]', (a, b) => {
    expect(sumPrimes(a, b)).toBe(sumOf(slowPrimes(Math.max(a, 0), b)));
  });

  it('throws when a bound is no int32', () => {
    expect(() => sumPrimes(0, 2 ** 31)).toThrow(/^Cannot sum primes: b must be /);
    expect(() => sumPrimes(NaN, 0)).toThrow(TypeError);
  });
});
