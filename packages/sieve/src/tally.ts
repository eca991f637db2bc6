/**
 * Passing over primes without writing them: how many, their sum, and where that ends.
 *
 * A byte of the bitmap is taken as a whole. With c bits set in the byte that begins at number n, it adds c to the
 * count, and c · n plus the sum of its residues to the sum: two lookups by the byte's value. Bits are told apart only
 * in the byte where a limit is reached. Counting, summing, finding the n-th prime and moving a cursor are all this.
 *
 * The sum of one segment is exact as a number: no segment holds more primes than the first, fewer than π(10^6) = 78498,
 * and all are below 2^32, so it stays below 2^49.
 */
import type { Segment } from './segment.ts';
import {
  BIT_COUNT,
  BITS_FROM,
  BITS_UP_TO,
  LAST_WHEEL_PRIME,
  RESIDUE_SUM,
  RESIDUES,
  WHEEL,
  WHEEL_PRIMES,
} from './wheel.ts';

/** What was passed. */
export interface Tally {
  /** How many primes. */
  count: number;
  /** The sum of these primes. */
  sum: number;
  /** The number behind the last prime if the limit was reached, else the one behind the interval. */
  next: number;
}

/**
 * Passes over the primes in [from, to], at most `limit` of them.
 *
 * @param segment - the segment that holds all of [from, to]
 * @param from - at most `to`
 * @param limit - at least 1
 */
export function tally(segment: Segment, from: number, to: number, limit = Infinity): Tally {
  const passed: Tally = { count: 0, sum: 0, next: to + 1 };
  if (from <= LAST_WHEEL_PRIME) {
    for (const prime of WHEEL_PRIMES) if (prime >= from && prime <= to && passOne(passed, prime, limit)) return passed;
  }

  const { bytes, start } = segment;
  const first = Math.floor((from - start) / WHEEL);
  const last = Math.floor((to - start) / WHEEL);
  const firstBits = BITS_FROM[from % WHEEL]!;
  const lastBits = BITS_UP_TO[to % WHEEL]!;
  // In locals, as some bundlers and test runners turn each use of an imported name into a call.
  const bitCount = BIT_COUNT;
  const residueSum = RESIDUE_SUM;
  const wheel = WHEEL;
  let { count, sum } = passed;
  for (let i = first; i <= last; i++) {
    let bits = bytes[i]!;
    if (i === first) bits &= firstBits;
    if (i === last) bits &= lastBits;
    const inByte = bitCount[bits]!;
    const number = start + wheel * i;
    if (count + inByte >= limit) return passBits({ count, sum, next: to + 1 }, number, bits, limit);
    count += inByte;
    sum += inByte * number + residueSum[bits]!;
  }
  return { count, sum, next: to + 1 };
}

/** Passes over the primes of one byte up to the limit, which it holds enough of. */
function passBits(passed: Tally, number: number, bits: number, limit: number): Tally {
  for (let bit = 0; bit < RESIDUES.length; bit++) {
    if ((bits & (1 << bit)) !== 0 && passOne(passed, number + RESIDUES[bit]!, limit)) break;
  }
  return passed;
}

/** Passes over one prime; true if that reaches the limit. */
function passOne(passed: Tally, prime: number, limit: number): boolean {
  passed.count++;
  passed.sum += prime;
  if (passed.count < limit) return false;
  passed.next = prime + 1;
  return true;
}
