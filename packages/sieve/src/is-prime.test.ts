import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_INT32, MIN_INT32 } from './domain.ts';
import { isPrime } from './is-prime.ts';
import { slowIsPrime } from './testing/reference.ts';

describe('isPrime()', () => {
  it('agrees with trial division by every number below 5000', () => {
    for (let n = -10; n < 5000; n++) expect(isPrime(n), String(n)).toBe(slowIsPrime(n));
  });

  it('agrees with trial division anywhere in int32', () => {
    fc.assert(
      fc.property(fc.integer({ min: MIN_INT32, max: MAX_INT32 }), (n) => {
        expect(isPrime(n)).toBe(slowIsPrime(n));
      }),
      { numRuns: 300 },
    );
  });

  it('finds the factors of squares and products of the greatest small primes', () => {
    expect(isPrime(46_337 * 46_337)).toBe(false);
    expect(isPrime(46_309 * 46_337)).toBe(false);
  });

  it('knows the greatest prime, and that no negative number is one', () => {
    expect(isPrime(MAX_INT32)).toBe(true);
    expect(isPrime(MAX_INT32 - 1)).toBe(false);
    expect(isPrime(-7)).toBe(false);
    expect(isPrime(MIN_INT32)).toBe(false);
  });

  it('throws when n is no int32', () => {
    expect(() => isPrime(2 ** 31)).toThrow(RangeError);
    expect(() => isPrime(0.5)).toThrow(/^Cannot test for a prime: n must be an integer .* received 0.5$/);
  });
});
