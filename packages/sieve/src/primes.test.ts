import { referencePrimes } from '@concurrent-primes/fixtures';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_INT32, MIN_INT32 } from './domain.ts';
import { primes } from './chunks.ts';
import { evictAll } from './testing/evict.ts';
import { EDGE_INTERVALS } from './testing/edge-intervals.ts';

describe('primes()', () => {
  it.each(EDGE_INTERVALS)('lists [%i, %i] as trial division does', (a, b) => {
    expect([...primes(a, b)]).toEqual(referencePrimes(Math.max(a, 0), b));
  });

  it('lists random intervals as trial division does', () => {
    const lowerBound = fc.oneof(
      fc.integer({ min: -50, max: 3_000_000 }),
      fc.integer({ min: MAX_INT32 - 3_000_000, max: MAX_INT32 }),
    );
    fc.assert(
      fc.property(lowerBound, fc.integer({ min: -5, max: 300 }), (a, width) => {
        const b = Math.min(a + width, MAX_INT32);
        expect([...primes(a, b)]).toEqual(referencePrimes(a, b));
      }),
      { numRuns: 150 },
    );
  });

  it('goes on over many fetches and segments', () => {
    expect([...primes(0, 1_100_000)]).toEqual(referencePrimes(0, 1_100_000));
  });

  it('is lazy: the first primes of all int32 come at once', () => {
    const first: number[] = [];
    for (const prime of primes(MIN_INT32, MAX_INT32)) {
      if (prime > 20) break;
      first.push(prime);
    }
    expect(first).toEqual([2, 3, 5, 7, 11, 13, 17, 19]);
  });

  it('goes on when the loop makes the thread throw out its segment', () => {
    const expected = referencePrimes(1_000_000, 1_000_100);
    const listed: number[] = [];
    for (const prime of primes(1_000_000, 1_000_100)) {
      if (listed.length === 2) evictAll();
      listed.push(prime);
    }
    expect(listed).toEqual(expected);
  });

  it('throws at the call when a bound is no int32', () => {
    expect(() => primes(0, 2 ** 31)).toThrow(/^cannot list primes: b must be /);
    expect(() => primes(0.5, 1)).toThrow(TypeError);
  });
});
