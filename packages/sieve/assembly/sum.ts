/**
 * Sums of big-endian numbers, and of the primes in a bitmap.
 *
 * Big-endian numbers are shuffled and added in pairs as unsigned 32 bits; the 16-bit halves of the results are summed in
 * two vectors: two additions for eight numbers instead of four widenings. A pair of numbers below 2^31 fits 32 bits, and
 * a lane can take 65,536 halves before it is added to 64 bits. So sums are exact for numbers from 0 to 2^31 - 1.
 */
import { BIG_ENDIAN_ORDER, RESIDUE_SUMS, WHEEL } from './constants';
import { maskFrom, maskUpTo, WORD_SPAN, wordAt } from './popcount';

/** Steps of 32 bytes before the lanes must be emptied: each adds at most 2^16 - 1. */
const STEPS_PER_ROUND: i32 = 65_536;

/** The sum of big-endian int32, none negative. */
export function sumInt32BE(at: usize, count: i32): i64 {
  let sum: i64 = 0;
  let steps = count >> 3;
  while (steps > 0) {
    const now = min(steps, STEPS_PER_ROUND);
    sum += sumSteps(at, now);
    at += (now as usize) << 5;
    steps -= now;
  }
  for (let rest = count & 7; rest > 0; rest--, at += 4) sum += bswap<u32>(load<u32>(at)) as i64;
  return sum;
}

function sumSteps(at: usize, steps: i32): i64 {
  const shuffle = v128.load(BIG_ENDIAN_ORDER);
  const lowHalf = i32x4.splat(0xffff);
  let low = i32x4.splat(0);
  let high = i32x4.splat(0);
  for (const end = at + ((steps as usize) << 5); at < end; at += 32) {
    // Indices are 0 to 15, for which the relaxed and the strict swizzle agree (expansion.ts).
    const pairs = i32x4.add(
      i8x16.relaxed_swizzle(v128.load(at), shuffle),
      i8x16.relaxed_swizzle(v128.load(at, 16), shuffle),
    );
    low = i32x4.add(low, v128.and(pairs, lowHalf));
    high = i32x4.add(high, i32x4.shr_u(pairs, 16));
  }
  return lanes(low) + (lanes(high) << 16);
}

/** The sum of four lanes, each unsigned. */
function lanes(vector: v128): i64 {
  const pairs = i64x2.add(i64x2.extend_low_i32x4_u(vector), i64x2.extend_high_i32x4_u(vector));
  return i64x2.extract_lane(pairs, 0) + i64x2.extract_lane(pairs, 1);
}

/**
 * The sum of the offsets of set bits from the first number of a bitmap.
 *
 * A byte with c set bits, whose first number has offset n, adds c n and the sum of its residues.
 *
 * @param bitmap - At most a block.
 * @param from - The first number to count, as an offset.
 * @param to - The last one.
 * @returns An integer below 2^37, because a block has fewer than 2^18 bits and 2^20 numbers.
 */
export function sumOffsets(bitmap: usize, from: i32, to: i32): f64 {
  if (from > to) return 0;
  const first = wordAt(bitmap, from);
  const last = wordAt(bitmap, to);
  let sum: i64 = 0;
  let offset = (from / WORD_SPAN) * WORD_SPAN;
  for (let at = first; at <= last; at += 8, offset += WORD_SPAN) {
    let bits = load<u64>(at);
    if (at == first) bits &= maskFrom(from % WORD_SPAN);
    if (at == last) bits &= maskUpTo(to % WORD_SPAN);
    sum += popcnt<u64>(bits) * offset;
    for (let begin: i32 = 0; bits != 0; bits >>= 8, begin += WHEEL) {
      sum += popcnt<u64>(bits & 0xff) * begin + load<u8>(RESIDUE_SUMS + ((bits & 0xff) as usize));
    }
  }
  return sum as f64;
}
