/**
 * Expansion: from bits to 32-bit numbers, in network or host byte order.
 *
 * Sixteen bits of bitmap become two vectors of primes by one look-up, without a loop over the bits:
 *
 *     bits ──▶ table: offsets of the first eight set bits, a byte each
 *          ──▶ widen to 2 × 4 numbers of 32 bits ──▶ add the number of the first bit ──▶ shuffle bytes ──▶ 2 stores
 *
 * All eight are stored and `out` advances by the number of set bits; the next store overwrites the excess. More than
 * eight primes among sixteen candidates are rare (below 2^31 at most one word in some hundreds) and taken one by one.
 *
 * The shuffle is a relaxed swizzle: one instruction on x64 (pshufb) and on arm64 (tbl); the strict one takes three on
 * x64. Both agree for indices from 0 to 15, and no others occur. The order and the step are loaded from memory because
 * V8 rebuilds a constant vector at each use.
 *
 * Source: the table of set bits is from Daniel Lemire, "Iterating over set bits quickly (SIMD edition)" (2018), here for
 * sixteen bits instead of eight, because a mod-30 bitmap is sparse.
 */
import { BIG_ENDIAN_ORDER, BIT_OFFSETS, CUT_WORD, EXPANSION, LITTLE_ENDIAN_ORDER, WHEEL, WORD_STEP } from './constants';
import { maskFrom, maskUpTo, wordAt, WORD_BYTES, WORD_SPAN } from './popcount';

/** Number of set bits whose offsets are in the table. */
const TABLE_PRIMES: u32 = 8;

/** Fills the table and the vectors; needs BIT_OFFSETS. */
export function makeExpansionTable(): void {
  for (let byte: i32 = 0; byte < 16; byte++) {
    store<u8>(LITTLE_ENDIAN_ORDER + byte, byte);
    store<u8>(BIG_ENDIAN_ORDER + byte, (byte & 12) + 3 - (byte & 3));
  }
  v128.store(WORD_STEP, i32x4.splat(2 * WHEEL));
  // Each row is the row without its lowest bit, with the offset of that bit in front.
  store<u64>(EXPANSION, 0);
  for (let bits: i32 = 1; bits < 65_536; bits++) {
    const others = load<u64>(EXPANSION + (((bits & (bits - 1)) as usize) << 3));
    store<u64>(EXPANSION + ((bits as usize) << 3), (others << 8) | load<u8>(BIT_OFFSETS + ctz(bits)));
  }
}

/**
 * Writes the primes of a bitmap, ascending, until the limit is reached or passed (by CHUNK_EXCESS_BYTES at most).
 *
 * @param start - The first number of the bitmap.
 * @param from - The first number wanted, as an offset from `start`.
 * @param to - The last one, not before `from`.
 * @param limit - Address at which to stop.
 * @param order - BIG_ENDIAN_ORDER or LITTLE_ENDIAN_ORDER.
 * @returns The end of the result.
 */
export function expand(
  bitmap: usize,
  start: i32,
  from: i32,
  to: i32,
  out: usize,
  limit: usize,
  order: usize,
): usize {
  if (start + from <= 5) out = expandWheel(from, to, out, order);
  const first = wordAt(bitmap, from);
  const last = wordAt(bitmap, to);
  const number = start + ((first - bitmap) as i32) * WHEEL;
  const bits = load<u64>(first) & maskFrom(from % WORD_SPAN);
  if (first == last) return expandCut(bits & maskUpTo(to % WORD_SPAN), number, out, limit, order);
  out = expandCut(bits, number, out, limit, order);
  out = expandWords(first + WORD_BYTES, last, number + WORD_SPAN, out, limit, order);
  const lastNumber = start + ((last - bitmap) as i32) * WHEEL;
  return expandCut(load<u64>(last) & maskUpTo(to % WORD_SPAN), lastNumber, out, limit, order);
}

/** Writes those of 2, 3 and 5, which have no bit, that are in [from, to]. */
function expandWheel(from: i32, to: i32, out: usize, order: usize): usize {
  for (let prime: i32 = 2; prime <= 5; prime++) {
    if (prime == 4 || prime < from || prime > to) continue;
    store<u32>(out, ordered(prime, order));
    out += 4;
  }
  return out;
}

/** Writes the primes of one word, given by value because it was cut at the end of an interval. */
function expandCut(bits: u64, number: i32, out: usize, limit: usize, order: usize): usize {
  store<u64>(CUT_WORD, bits);
  return expandWords(CUT_WORD, CUT_WORD + WORD_BYTES, number, out, limit, order);
}

/** Writes the primes of the words from `at` to before `end`. */
function expandWords(at: usize, end: usize, number: i32, out: usize, limit: usize, order: usize): usize {
  const shuffle = v128.load(order);
  const step = v128.load(WORD_STEP);
  let numbers = i32x4.splat(number);
  for (; at < end && out < limit; at += WORD_BYTES) {
    out = expand16(load<u16>(at), numbers, shuffle, out);
    numbers = i32x4.add(numbers, step);
    out = expand16(load<u16>(at, 2), numbers, shuffle, out);
    numbers = i32x4.add(numbers, step);
    out = expand16(load<u16>(at, 4), numbers, shuffle, out);
    numbers = i32x4.add(numbers, step);
    out = expand16(load<u16>(at, 6), numbers, shuffle, out);
    numbers = i32x4.add(numbers, step);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function expand16(bits: u32, numbers: v128, shuffle: v128, out: usize): usize {
  const offsets = v128.load_ext<u8>(EXPANSION + ((bits as usize) << 3));
  const low = i32x4.add(i32x4.extend_low_i16x8_u(offsets), numbers);
  const high = i32x4.add(i32x4.extend_high_i16x8_u(offsets), numbers);
  v128.store(out, i8x16.relaxed_swizzle(low, shuffle));
  v128.store(out, i8x16.relaxed_swizzle(high, shuffle), 16);
  const count = popcnt(bits);
  if (count > TABLE_PRIMES) expandRest(bits, numbers, shuffle, out);
  return out + ((count as usize) << 2);
}

/** Writes the ninth prime and those after it. */
// @ts-ignore: decorator
@inline
function expandRest(bits: u32, numbers: v128, shuffle: v128, out: usize): void {
  let rest = bits;
  for (let i: u32 = 0; i < TABLE_PRIMES; i++) rest &= rest - 1;
  for (let at = out + ((TABLE_PRIMES as usize) << 2); rest != 0; rest &= rest - 1, at += 4) {
    const offset = load<u8>(BIT_OFFSETS + (ctz(rest) as usize));
    const prime = i8x16.relaxed_swizzle(i32x4.add(numbers, i32x4.splat(offset)), shuffle);
    store<u32>(at, i32x4.extract_lane(prime, 0));
  }
}

// @ts-ignore: decorator
@inline
function ordered(n: i32, order: usize): i32 {
  return i32x4.extract_lane(i8x16.relaxed_swizzle(i32x4.splat(n), v128.load(order)), 0);
}
