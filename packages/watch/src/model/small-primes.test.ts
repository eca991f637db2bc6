import { describe, expect, it } from 'vitest';
import { IntervalPrimes, LARGEST, primesOf } from './small-primes.ts';

function primesByDivision(from: number, to: number): number[] {
  const primes: number[] = [];
  next: for (let candidate = Math.max(2, from); candidate <= to; candidate++) {
    for (let factor = 2; factor * factor <= candidate; factor++) if (candidate % factor === 0) continue next;
    primes.push(candidate);
  }
  return primes;
}

function all(primes: IntervalPrimes): number[] {
  const found: number[] = [];
  for (let prime = primes.at(0); prime !== undefined; prime = primes.at(found.length)) found.push(prime);
  return found;
}

describe('IntervalPrimes', () => {
  it.for([
    [2, 30],
    [0, 2],
    [-5, 100],
    [100, 130],
    [24, 28],
    [1, 1],
    [9, 3],
    [99_000, 101_000],
  ] as const)('at() lists the primes of [%i, %i] in order', ([from, to]) => {
    expect(all(new IntervalPrimes(from, to))).toEqual(primesByDivision(from, to));
  });

  it('at() finds a position without those before it', () => {
    expect(new IntervalPrimes(2, 200_000).at(9999)).toBe(104_729);
    expect(new IntervalPrimes(2, LARGEST).at(664_578)).toBe(9_999_991);
    expect(new IntervalPrimes(2, LARGEST).at(664_579)).toBeUndefined();
  });

  it('at() names no primes of intervals beyond ten million', () => {
    const primes = new IntervalPrimes(2, LARGEST + 1);
    expect(primes.known).toBe(false);
    expect(primes.at(0)).toBeUndefined();
  });
});

describe('primesOf()', () => {
  it('returns the same object for the same interval', () => {
    expect(primesOf(2, 30)).toBe(primesOf(2, 30));
    expect(primesOf(2, 30)).not.toBe(primesOf(2, 31));
  });
});
