/**
 * Crossing out the multiples of one prime in a mod-30 bitmap, in whole rounds.
 *
 * Only multiples p · m with m coprime to 30 have a bit. These m come in rounds of eight: 30 k + w, w one of the eight
 * residues. With p = 30 q + r,
 *
 *     p (30 k + w) = 30 (p k + q w) + r w
 *
 * so that in each round k the multiple lies in byte p k + q w + ⌊r w / 30⌋, at the bit of (r w mod 30). The second
 * part depends on r and w alone: two tables of 8 x 8 say it all, and one round starts p bytes after the last.
 *
 * Rounds are always crossed out whole. The first may begin up to p bytes before the wanted bytes, and the last may end
 * up to p bytes behind them: the caller keeps room on both sides, and the inner loop needs no case for its ends. That
 * wastes about eight crossings per prime and segment, and saves seven of eight loop ends, most of them mispredicted.
 *
 * Source: Kim Walisch's primesieve crosses out by the same wheel; see
 * https://github.com/kimwalisch/primesieve/blob/master/doc/ALGORITHMS.md.
 */
import { bitOf, RESIDUES, WHEEL } from './wheel.ts';

/** By bit of r times 8 plus bit of w: ⌊r w / 30⌋. */
const CARRY = products((product) => Math.floor(product / WHEEL));

/** By bit of r times 8 plus bit of w: all bits but that of (r w mod 30). */
const KEEP = products((product) => 0xff & ~(1 << bitOf(product % WHEEL)));

/** By residue r: the row of the tables above, 8 times its bit. */
const ROW = Uint8Array.from({ length: WHEEL }, (_, residue) => 8 * Math.max(0, bitOf(residue)));

/**
 * Crosses out the multiples of a prime in whole rounds, from round ⌊p / 30⌋ on (or from the first one that reaches
 * `firstByte`). Of the prime itself the bit survives, except that primes below 30 cross themselves out as well.
 *
 * @param bytes - the bitmap, with room for `prime` bytes behind `end`, and before `begin` unless `firstByte` is 0
 * @param begin - where in `bytes` the byte `firstByte` of the whole bitmap lies
 * @param end - the first index in `bytes` that needs no crossing out
 * @param firstByte - place in the whole bitmap
 * @param prime - above 5
 */
export function crossOut(bytes: Uint8Array, begin: number, end: number, firstByte: number, prime: number): void {
  const q = (prime / WHEEL) | 0;
  const row = ROW[prime - WHEEL * q]!;
  // Round q holds the multiples around prime * prime; what lies below has a smaller factor.
  const round = Math.max(q, (firstByte / prime) | 0);

  // In locals, as the compiler can't know that writing to `bytes` leaves the tables alone.
  const keep0 = KEEP[row]!;
  const keep1 = KEEP[row + 1]!;
  const keep2 = KEEP[row + 2]!;
  const keep3 = KEEP[row + 3]!;
  const keep4 = KEEP[row + 4]!;
  const keep5 = KEEP[row + 5]!;
  const keep6 = KEEP[row + 6]!;
  const keep7 = KEEP[row + 7]!;
  const at0 = q + CARRY[row]!;
  const at1 = 7 * q + CARRY[row + 1]!;
  const at2 = 11 * q + CARRY[row + 2]!;
  const at3 = 13 * q + CARRY[row + 3]!;
  const at4 = 17 * q + CARRY[row + 4]!;
  const at5 = 19 * q + CARRY[row + 5]!;
  const at6 = 23 * q + CARRY[row + 6]!;
  const at7 = 29 * q + CARRY[row + 7]!;
  for (let i = begin + prime * round - firstByte; i < end; i += prime) {
    bytes[i + at0]! &= keep0;
    bytes[i + at1]! &= keep1;
    bytes[i + at2]! &= keep2;
    bytes[i + at3]! &= keep3;
    bytes[i + at4]! &= keep4;
    bytes[i + at5]! &= keep5;
    bytes[i + at6]! &= keep6;
    bytes[i + at7]! &= keep7;
  }
}

function products(entry: (product: number) => number): Uint8Array {
  return Uint8Array.from(Array.from(RESIDUES).flatMap((r) => Array.from(RESIDUES, (w) => entry(r * w))));
}
