import { referencePrimes } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { MAX_INT32, PRIMES_IN_INT32 } from './domain.ts';
import { nthPrime } from './nth-prime.ts';
import { SEGMENT_SPAN } from './segment.ts';
import { countPrimes } from './count.ts';

describe('nthPrime()', () => {
  it('agrees with trial division for the first primes', () => {
    const expected = referencePrimes(2, 2000);
    expect(expected.map((_, i) => nthPrime(i + 1))).toEqual(expected);
  });

  // See https://oeis.org/A006988.
  it.each([
    [10, 29],
    [100, 541],
    [1000, 7919],
    [10_000, 104_729],
    [100_000, 1_299_709],
    [1_000_000, 15_485_863],
    [10_000_000, 179_424_673],
    [PRIMES_IN_INT32, MAX_INT32],
  ])(
    'knows the %i-th prime: %i',
    (n, prime) => {
      expect(nthPrime(n)).toBe(prime);
    },
    30_000,
  );

  it('finds the last prime of a segment and the first of the next', () => {
    const inFirst = countPrimes(0, SEGMENT_SPAN - 1);
    const around = referencePrimes(SEGMENT_SPAN - 100, SEGMENT_SPAN + 100);
    expect(nthPrime(inFirst)).toBe(around.findLast((prime) => prime < SEGMENT_SPAN));
    expect(nthPrime(inFirst + 1)).toBe(around.find((prime) => prime > SEGMENT_SPAN));
  });

  it('throws when the n-th prime is not an int32', () => {
    expect(() => nthPrime(0)).toThrow(RangeError);
    expect(() => nthPrime(PRIMES_IN_INT32 + 1)).toThrow(
      new RangeError('cannot find the n-th prime: n must be an integer from 1 to 105097565, got 105097566'),
    );
    expect(() => nthPrime(1.5)).toThrow(TypeError);
  });
});
