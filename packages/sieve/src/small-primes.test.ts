import { expect, it } from 'vitest';
import { SEGMENT_COUNT, SEGMENT_SPAN } from './segment.ts';
import { ROOT, SMALL_PRIMES } from './small-primes.ts';
import { slowPrimes } from './testing/reference.ts';

it('ROOT is the root of the last segment’s end', () => {
  expect(ROOT).toBe(Math.floor(Math.sqrt(SEGMENT_COUNT * SEGMENT_SPAN)));
});

it('SMALL_PRIMES are the primes up to ROOT', () => {
  expect(Array.from(SMALL_PRIMES)).toEqual(slowPrimes(2, ROOT));
});
