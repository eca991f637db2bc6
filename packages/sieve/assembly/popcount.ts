/**
 * Counting bits: the number of primes between two numbers, and the n-th of them.
 *
 * A 64-bit word is 240 numbers; V8 compiles `i64.popcnt` to one instruction, so a block takes a microsecond. A vector
 * version is no faster. Masks cut the interval at both ends; the bitmap is not written to.
 */
import { BIT_OFFSETS, FROM_MASKS, UP_TO_MASKS, WHEEL } from './constants';
import { residueOf } from './wheel';

export const WORD_BYTES: usize = 8;
export const WORD_SPAN: i32 = 8 * WHEEL;

export function makeBitOffsets(): void {
  for (let bit: i32 = 0; bit < 64; bit++) store<u8>(BIT_OFFSETS + bit, WHEEL * (bit >> 3) + residueOf(bit & 7));
}

/** Address of the word with the given offset from the first number of a bitmap. */
// @ts-ignore: decorator
@inline
export function wordAt(bitmap: usize, offset: i32): usize {
  return bitmap + ((offset / WORD_SPAN) as usize) * WORD_BYTES;
}

/** The bits of a word from an offset in it (0 to 239) on. */
// @ts-ignore: decorator
@inline
export function maskFrom(offset: i32): u64 {
  const shift = ((offset / WHEEL) << 3) as u64;
  return ((load<u8>(FROM_MASKS + (offset % WHEEL)) as u64) | ~(0xff as u64)) << shift;
}

/** The bits of a word up to an offset in it (0 to 239). */
// @ts-ignore: decorator
@inline
export function maskUpTo(offset: i32): u64 {
  const shift = ((offset / WHEEL) << 3) as u64;
  return ((load<u8>(UP_TO_MASKS + (offset % WHEEL)) as u64) << shift) | (((1 as u64) << shift) - 1);
}

/**
 * The number of set bits.
 *
 * @param from - The first number to count, as an offset from the first number of the bitmap.
 * @param to - The last one.
 */
export function count(bitmap: usize, from: i32, to: i32): i32 {
  if (from > to) return 0;
  let at = wordAt(bitmap, from);
  const last = wordAt(bitmap, to);
  const first = maskFrom(from % WORD_SPAN);
  const end = maskUpTo(to % WORD_SPAN);
  if (at == last) return popcnt<u64>(load<u64>(at) & first & end) as i32;
  let even: u64 = popcnt<u64>(load<u64>(at) & first);
  let odd: u64 = popcnt<u64>(load<u64>(last) & end);
  at += WORD_BYTES;
  for (; at + WORD_BYTES < last; at += 2 * WORD_BYTES) {
    even += popcnt<u64>(load<u64>(at));
    odd += popcnt<u64>(load<u64>(at, WORD_BYTES));
  }
  if (at < last) even += popcnt<u64>(load<u64>(at));
  return (even + odd) as i32;
}

/**
 * The offset of the n-th set bit from an offset on.
 *
 * @param n - At least 1; there must be n set bits.
 */
export function select(bitmap: usize, from: i32, n: i32): i32 {
  let at = wordAt(bitmap, from);
  let bits = load<u64>(at) & maskFrom(from % WORD_SPAN);
  let left = n;
  for (let here = popcnt<u64>(bits) as i32; here < left; here = popcnt<u64>(bits) as i32) {
    left -= here;
    at += WORD_BYTES;
    bits = load<u64>(at);
  }
  for (; left > 1; left--) bits &= bits - 1;
  return (((at - bitmap) / WORD_BYTES) as i32) * WORD_SPAN + load<u8>(BIT_OFFSETS + (ctz<u64>(bits) as usize));
}
