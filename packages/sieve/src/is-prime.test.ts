import { isPrime as isReferencePrime } from '@concurrent-primes/fixtures';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_INT32, MIN_INT32 } from './domain.ts';
import { isPrime, nextPrime, previousPrime } from './is-prime.ts';
import { PrimeTable } from './prime-table.ts';
import { sieved, usePrimeTable } from './segment-cache.ts';

afterEach(() => {
  usePrimeTable(undefined);
});

describe('isPrime()', () => {
  it('agrees with trial division by every number below 5000', () => {
    for (let n = -10; n < 5000; n++) expect(isPrime(n), String(n)).toBe(isReferencePrime(n));
  });

  it('agrees with trial division anywhere in int32', () => {
    fc.assert(
      fc.property(fc.integer({ min: MIN_INT32, max: MAX_INT32 }), (n) => {
        expect(isPrime(n)).toBe(isReferencePrime(n));
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

  it('agrees with trial division when a table knows', () => {
    usePrimeTable(new PrimeTable());
    sieved(0, 900_000);
    for (let n = 0; n < 5000; n++) expect(isPrime(n), String(n)).toBe(isReferencePrime(n));
  });

  it('throws when n is no int32', () => {
    expect(() => isPrime(2 ** 31)).toThrow(RangeError);
    expect(() => isPrime(0.5)).toThrow(/^cannot test for a prime: n must be an integer .* got 0.5$/);
  });
});

describe('nextPrime() and previousPrime()', () => {
  it('find the neighbours of every number below 2000, with a table and without', () => {
    for (const table of [undefined, new PrimeTable()]) {
      usePrimeTable(table);
      sieved(0, 900_000);
      for (let n = -3; n < 2000; n++) {
        let [next, previous] = [n + 1, n - 1];
        while (!isReferencePrime(next)) next++;
        while (previous > 0 && !isReferencePrime(previous)) previous--;
        expect(nextPrime(n)).toBe(next);
        expect(previousPrime(n)).toBe(previous > 0 ? previous : undefined);
      }
    }
  });

  it('know the ends of int32 and the widest gap before them', () => {
    expect(nextPrime(MIN_INT32)).toBe(2);
    expect(nextPrime(MAX_INT32 - 1)).toBe(MAX_INT32);
    expect(nextPrime(MAX_INT32)).toBeUndefined();
    expect(previousPrime(MAX_INT32)).toBe(2_147_483_629);
    expect(previousPrime(2)).toBeUndefined();
    // See https://oeis.org/A002386 and A000101.
    expect(nextPrime(1_453_168_141)).toBe(1_453_168_433);
    expect(previousPrime(1_453_168_433)).toBe(1_453_168_141);
  });

  it('throw when n is no int32', () => {
    expect(() => nextPrime(2 ** 31)).toThrow(/^cannot find the next prime: n must be /);
    expect(() => previousPrime(0.5)).toThrow(/^cannot find the previous prime: n must be /);
  });
});
