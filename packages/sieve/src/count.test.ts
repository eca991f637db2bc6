import { KNOWN_ANSWERS, referencePrimes } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { countPrimes, PrimeCounter } from './count.ts';
import { MAX_INT32, MIN_INT32, PRIMES_IN_INT32 } from './domain.ts';
import { SEGMENT_SPAN } from './segment.ts';
import { EDGE_INTERVALS } from './testing/edge-intervals.ts';

describe('countPrimes()', () => {
  it.each([{ limit: 1, count: 0 }, ...KNOWN_ANSWERS])('counts up to $limit: $count', ({ limit, count }) => {
    expect(countPrimes(0, limit)).toBe(count);
  });

  it('counts all of int32', () => {
    expect(countPrimes(MIN_INT32, MAX_INT32)).toBe(PRIMES_IN_INT32);
  }, 30_000);

  it.each(EDGE_INTERVALS)('agrees with trial division in [%i, %i]', (a, b) => {
    expect(countPrimes(a, b)).toBe(referencePrimes(Math.max(a, 0), b).length);
  });

  it('is additive when an interval is cut anywhere', () => {
    const [a, b] = [SEGMENT_SPAN - 1000, 3 * SEGMENT_SPAN + 1000];
    const whole = countPrimes(a, b);
    for (const cut of [a, SEGMENT_SPAN - 1, SEGMENT_SPAN, 2 * SEGMENT_SPAN - 1, 2 * SEGMENT_SPAN + 17, b]) {
      expect(countPrimes(a, cut) + countPrimes(cut + 1, b)).toBe(whole);
    }
  });

  it('throws when a bound is no int32', () => {
    expect(() => countPrimes(2 ** 31, 0)).toThrow(
      new RangeError('cannot count primes: a must be an integer from -2147483648 to 2147483647, got 2147483648'),
    );
    expect(() => countPrimes(0, MIN_INT32 - 1)).toThrow(RangeError);
    expect(() => countPrimes(0, 1.5)).toThrow(
      new TypeError('cannot count primes: b must be an integer from -2147483648 to 2147483647, got 1.5'),
    );
  });
});

describe('PrimeCounter', () => {
  it('step() sieves one end at a time, and count is undefined until done', () => {
    const counter = new PrimeCounter(SEGMENT_SPAN - 1, 2 * SEGMENT_SPAN);
    for (let step = 0; step < 2; step++) {
      expect(counter.done).toBe(false);
      expect(counter.count).toBeUndefined();
      counter.step();
    }
    expect(counter.done).toBe(true);
    expect(counter.count).toBe(referencePrimes(SEGMENT_SPAN - 1, 2 * SEGMENT_SPAN).length);
  });

  it('takes at most two steps, whatever the interval', () => {
    for (const b of [1, 2, SEGMENT_SPAN - 1, SEGMENT_SPAN, 2 * SEGMENT_SPAN - 1, MAX_INT32]) {
      const counter = new PrimeCounter(MIN_INT32, b);
      for (let step = 0; step < 2; step++) counter.step();
      expect(counter.done).toBe(true);
    }
  });

  it('step() does nothing when done', () => {
    const counter = new PrimeCounter(0, 100);
    counter.step();
    counter.step();
    expect(counter.count).toBe(25);
  });

  it('is done at once when the interval holds no number above 1', () => {
    for (const [a, b] of [
      [3, 2],
      [-5, 1],
      [MAX_INT32, MIN_INT32],
    ] as const) {
      expect(new PrimeCounter(a, b).count).toBe(0);
    }
  });

  it('counts right when other counters step in between', () => {
    const intervals = Array.from({ length: 5 }, (_, i) => [i * 300_000_000, i * 300_000_000 + 4_000_000] as const);
    const counters = intervals.map(([a, b]) => new PrimeCounter(a, b));
    while (counters.some((counter) => !counter.done)) for (const counter of counters) counter.step();
    expect(counters.map((counter) => counter.count)).toEqual(intervals.map(([a, b]) => countPrimes(a, b)));
  });
});
