/**
 * Sieving a narrow range of the bitmap, without setting up the sieve.
 *
 * Near 2^31 there are 4754 primes to check for a multiple in the range, and in a range of some thousand numbers most have
 * none. So the check is as cheap as possible: for two primes at a time, the least odd multiple from the start on is
 *
 *     p + 2 p · ⌈(start - p) / 2 p⌉
 *
 * in double precision. That is exact: the quotient of two such integers is either an integer or at least 1 / 2 p away
 * from one, which is more than the rounding error. The few odd multiples found are crossed off one by one; multiples of
 * 3 and 5 have no bit, and the mask of their residue clears nothing. The sieve's state and window (block.ts) are not
 * touched.
 */
import { CLEAR_MASKS, FIRST_WORD, SIEVING_PRIMES, WHEEL } from './constants';
import { presieve } from './presieve';

/**
 * Sieves a range of bytes of the bitmap.
 *
 * @param firstByte - Offset in the whole bitmap, a multiple of 32.
 * @param bytes - A multiple of 32.
 * @param to - Address of the result.
 */
export function sieveNarrow(firstByte: i32, bytes: i32, to: usize): void {
  memory.fill(to, 0xff, bytes);
  presieve(to, bytes, firstByte);

  // Unsigned, because the last bytes of the bitmap reach past 2^31.
  const start: u32 = firstByte * WHEEL;
  const end: u32 = start + bytes * WHEEL;
  const starts = f64x2.splat(start);
  const ends = f64x2.splat(end);
  let at = SIEVING_PRIMES;
  for (let p = load<u32>(at); p * p < end; p = load<u32>(at)) {
    const primes = f64x2.convert_low_i32x4_s(v128.load_zero<u64>(at));
    const steps = f64x2.add(primes, primes);
    const rounds = f64x2.ceil(f64x2.div(f64x2.sub(starts, primes), steps));
    // From p² on: smaller multiples have a smaller factor, and p itself must stay.
    const multiples = f64x2.pmax(f64x2.add(primes, f64x2.mul(steps, rounds)), f64x2.mul(primes, primes));
    if (v128.any_true(f64x2.lt(multiples, ends))) {
      crossOffOdd(to, f64x2.extract_lane(multiples, 0) as u32, start, end, p);
      crossOffOdd(to, f64x2.extract_lane(multiples, 1) as u32, start, end, load<u32>(at, 4));
    }
    at += 8;
  }
  if (firstByte == 0) store<u64>(to, load<u64>(FIRST_WORD));
}

function crossOffOdd(to: usize, multiple: u32, start: u32, end: u32, prime: u32): void {
  for (; multiple < end; multiple += 2 * prime) {
    const offset = multiple - start;
    const byte = to + offset / WHEEL;
    store<u8>(byte, load<u8>(byte) & load<u8>(CLEAR_MASKS + (offset % WHEEL)));
  }
}
