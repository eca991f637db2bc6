import { describe, expect, it } from 'vitest';
import { BIT_COUNT, bitOf, BITS_FROM, BITS_UP_TO, RESIDUE_SUM, RESIDUES, WHEEL } from './wheel.ts';

describe('wheel', () => {
  it('RESIDUES are the numbers below 30 that share no factor with it', () => {
    const coprime = Array.from({ length: WHEEL }, (_, n) => n).filter((n) => n % 2 !== 0 && n % 3 !== 0 && n % 5 !== 0);
    expect(Array.from(RESIDUES)).toEqual(coprime);
    expect(Array.from(RESIDUES, bitOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('BITS_FROM and BITS_UP_TO share the bit of a residue, and no bit of another number', () => {
    for (let n = 0; n < WHEEL; n++) {
      expect(BITS_FROM[n]! | BITS_UP_TO[n]!).toBe(0xff);
      expect(BITS_FROM[n]! & BITS_UP_TO[n]!).toBe(RESIDUES.includes(n) ? 1 << bitOf(n) : 0);
    }
    expect([BITS_FROM[0], BITS_FROM[8], BITS_UP_TO[0], BITS_UP_TO[8]]).toEqual([0xff, 0b1111_1100, 0, 0b11]);
  });

  it('BIT_COUNT and RESIDUE_SUM tell of the bits set in a byte', () => {
    expect([0, 0b1, 0b1000_0010, 0xff].map((bits) => BIT_COUNT[bits])).toEqual([0, 1, 2, 8]);
    expect([0, 0b1, 0b1000_0010, 0xff].map((bits) => RESIDUE_SUM[bits])).toEqual([0, 1, 36, 120]);
  });
});
