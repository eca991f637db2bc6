/**
 * Wheel factorization modulo 30 = 2 · 3 · 5: which numbers have a bit, and where.
 *
 * A prime above 5 has one of eight residues modulo 30: 1, 7, 11, 13, 17, 19, 23, 29. So one byte of the bitmap holds 30
 * numbers: bit j of byte i is 1 if 30 i + residueOf(j) is prime. 2, 3 and 5 have no bit.
 *
 * Source: Paul Pritchard, "Explaining the wheel sieve", Acta Informatica 17 (1982).
 */
import { CLEAR_MASKS, FROM_MASKS, RESIDUE_SUMS, UP_TO_MASKS, WHEEL } from './constants';

/** The residue of a bit, 0 to 7. */
// @ts-ignore: decorator
@inline
export function residueOf(bit: i32): i32 {
  return (((0x1d17_1311_0d0b_0701 as u64) >> ((bit << 3) as u64)) & 0xff) as i32;
}

/** The bit of a residue coprime to 30; the residues are spread evenly enough for a division. */
// @ts-ignore: decorator
@inline
export function bitOf(residue: i32): i32 {
  return (residue * 8) / WHEEL;
}

/** Whether a number has a bit in the bitmap. */
export function hasBit(n: i32): bool {
  return n % 2 != 0 && n % 3 != 0 && n % 5 != 0;
}

/** Fills the tables by residue and by byte. */
export function makeWheelTables(): void {
  for (let residue: i32 = 0; residue < WHEEL; residue++) {
    let from = 0;
    let upTo = 0;
    for (let bit: i32 = 0; bit < 8; bit++) {
      if (residueOf(bit) >= residue) from |= 1 << bit;
      if (residueOf(bit) <= residue) upTo |= 1 << bit;
    }
    store<u8>(FROM_MASKS + residue, from);
    store<u8>(UP_TO_MASKS + residue, upTo);
    store<u8>(CLEAR_MASKS + residue, hasBit(residue) ? ~((1 as u8) << (bitOf(residue) as u8)) : 0xff);
  }
  for (let byte: i32 = 0; byte < 256; byte++) {
    let sum = 0;
    for (let bits = byte; bits != 0; bits &= bits - 1) sum += residueOf(ctz(bits));
    store<u8>(RESIDUE_SUMS + byte, sum);
  }
}
