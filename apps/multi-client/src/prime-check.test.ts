import { describe, expect, it } from 'vitest';
import { PrimeCheck, WrongPrimesError } from './prime-check.ts';

function verify(min: number, max: number, ...chunks: number[][]): void {
  const check = new PrimeCheck(min, max);
  for (const chunk of chunks) check.compare(Int32Array.from(chunk));
  check.end();
}

describe('PrimeCheck', () => {
  it('agrees when the answer is right, in any chunks', () => {
    verify(10, 20, [11, 13, 17, 19]);
    verify(10, 20, [11], [13, 17], [19]);
    verify(24, 28);
    verify(2_147_483_640, 2_147_483_647, [2_147_483_647]);
  });

  it.each([
    { why: 'one is not prime', chunks: [[11, 13, 15]], message: 'needs 17, got 15' },
    { why: 'one is left out', chunks: [[11], [17, 19]], message: 'needs 13, got 17' },
    { why: 'the last is left out', chunks: [[11, 13, 17]], message: 'needs 19, got the end' },
    { why: 'all are left out', chunks: [], message: 'needs 11, got the end' },
    { why: 'one is too many', chunks: [[11, 13, 17, 19, 23]], message: 'needs no more primes, got 23' },
    { why: 'one comes after the end', chunks: [[11, 13, 17, 19], [23]], message: 'needs no more primes, got 23' },
  ])('throws when $why', ({ chunks, message }) => {
    expect(() => {
      verify(10, 20, ...chunks);
    }).toThrow(new WrongPrimesError(`wrong answer to [10, 20]: ${message}`));
  });
});
