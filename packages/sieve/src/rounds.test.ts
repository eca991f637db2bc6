import { describe, expect, it } from 'vitest';
import { crossOut } from './rounds.ts';
import { RESIDUES, WHEEL } from './wheel.ts';

const BEGIN = 400;
const END = BEGIN + 1000;

/** The numbers with a crossed-out bit in bytes [firstByte, firstByte + 1000). */
function crossedOut(firstByte: number, prime: number): number[] {
  const bytes = new Uint8Array(END + 400).fill(0xff);
  crossOut(bytes, BEGIN, END, firstByte, prime);
  const numbers: number[] = [];
  for (let i = BEGIN; i < END; i++) {
    RESIDUES.forEach((residue, bit) => {
      if ((bytes[i]! & (1 << bit)) === 0) numbers.push(WHEEL * (firstByte + i - BEGIN) + residue);
    });
  }
  return numbers;
}

function isCoprimeTo30(n: number): boolean {
  return n % 2 !== 0 && n % 3 !== 0 && n % 5 !== 0;
}

describe('crossOut()', () => {
  // One prime per residue, below 30 and above.
  it.each([7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 397])(
    'crosses out the multiples of %i with a bit, and nothing else',
    (prime) => {
      for (const firstByte of [0, 1, prime - 1, prime, 5000, 5003]) {
        const firstRound = Math.floor(prime / WHEEL) * WHEEL * prime;
        const expected: number[] = [];
        for (let n = WHEEL * firstByte; n < WHEEL * (firstByte + END - BEGIN); n++) {
          if (n % prime === 0 && isCoprimeTo30(n) && n >= firstRound) expected.push(n);
        }
        expect(crossedOut(firstByte, prime), `from byte ${firstByte}`).toEqual(expected);
      }
    },
  );
});
