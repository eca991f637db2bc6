/**
 * Crossing off the multiples of one prime, in whole rounds.
 *
 * Only multiples p · m with m coprime to 30 have a bit. These m come in rounds of eight: 30 k + w, where w is one of the
 * eight residues. With p = 30 q + r,
 *
 *     p (30 k + w) = 30 (p k + q w) + r w
 *
 * so in round k the multiple is in byte p k + q w + ⌊r w / 30⌋, at the bit of r w mod 30. The second part depends only
 * on r and w, so it is a constant of the code: one function for each residue class r has eight constant masks and
 * offsets, and a round is eight times load, and, store. The next round is p bytes further.
 *
 * Whole rounds: the last round may reach up to p bytes past the end, and the first may begin up to p bytes before the
 * start. That memory belongs to the window (block.ts), so no round is ever split: there is no switch over where a prime
 * stopped, no partial tail, and the state of a prime is only { q, position }.
 *
 * Super-rounds: for small primes, seven rounds become one, without the eight of its 56 multiples that are multiples of
 * 7, which the presieve has cleared. Which these are depends only on k mod 7, not on p (see 30 k + w).
 *
 * Source: the wheel and the constants by residue class are from Kim Walisch's primesieve (EratSmall). Whole rounds and
 * super-rounds are new here, because WebAssembly can't jump into the middle of a loop.
 */
import { ACTIVE_COUNTS, RECORD_BYTES, WHEEL } from './constants';
import { countOf, recordAt, recordsOf } from './sieving-primes';
import { bitOf } from './wheel';

/** Clears the bit of p (30 k + w) in its byte. */
// @ts-ignore: decorator
@inline
function clear(byte: usize, r: i32, w: i32): void {
  store<u8>(byte, load<u8>(byte) & ~((1 as u8) << (bitOf((r * w) % WHEEL) as u8)));
}

/** The same, unless p (30 k + w) is a multiple of 7; `k` is taken modulo 7. */
// @ts-ignore: decorator
@inline
function clearUnlessSeventh(byte: usize, r: i32, w: i32, k: i32): void {
  if ((WHEEL * k + w) % 7 != 0) clear(byte, r, w);
}

/** Bytes from the first multiple of a round, p (30 k + 1), to p (30 k + w). */
// @ts-ignore: decorator
@inline
function behindFirst(q: usize, r: i32, w: i32): usize {
  return q * (w - 1) + (r * w) / WHEEL;
}

/**
 * One round of a super-round, in which k modulo 7 is a constant.
 *
 * @param at - The byte of the round's first multiple, w = 1.
 * @param o7 - To o29: bytes from there to the multiple of this w.
 */
// @ts-ignore: decorator
@inline
function clearSix(
  at: usize,
  o7: usize,
  o11: usize,
  o13: usize,
  o17: usize,
  o19: usize,
  o23: usize,
  o29: usize,
  r: i32,
  k: i32,
): void {
  clearUnlessSeventh(at, r, 1, k);
  clearUnlessSeventh(at + o7, r, 7, k);
  clearUnlessSeventh(at + o11, r, 11, k);
  clearUnlessSeventh(at + o13, r, 13, k);
  clearUnlessSeventh(at + o17, r, 17, k);
  clearUnlessSeventh(at + o19, r, 19, k);
  clearUnlessSeventh(at + o23, r, 23, k);
  clearUnlessSeventh(at + o29, r, 29, k);
}

/**
 * Crosses off the primes of some records in rounds, and leaves their positions relative to `end`.
 *
 * @param begin - The base of the positions.
 * @param r - The residue of all these primes, a constant.
 */
// @ts-ignore: decorator
@inline
function rounds(record: usize, lastRecord: usize, begin: usize, end: usize, r: i32): void {
  for (; record < lastRecord; record += RECORD_BYTES) {
    const q: usize = load<u32>(record);
    const p = q * WHEEL + r;
    const o7 = behindFirst(q, r, 7);
    const o11 = behindFirst(q, r, 11);
    const o13 = behindFirst(q, r, 13);
    const o17 = behindFirst(q, r, 17);
    const o19 = behindFirst(q, r, 19);
    const o23 = behindFirst(q, r, 23);
    const o29 = behindFirst(q, r, 29);
    let at = begin + load<i32>(record, 4);
    for (; at < end; at += p) {
      clear(at, r, 1);
      clear(at + o7, r, 7);
      clear(at + o11, r, 11);
      clear(at + o13, r, 13);
      clear(at + o17, r, 17);
      clear(at + o19, r, 19);
      clear(at + o23, r, 23);
      clear(at + o29, r, 29);
    }
    store<i32>(record, (at - end) as i32, 4);
  }
}

/** The same in super-rounds; a position is that of a round whose k is a multiple of 7. */
// @ts-ignore: decorator
@inline
function superRounds(record: usize, lastRecord: usize, begin: usize, end: usize, r: i32): void {
  for (; record < lastRecord; record += RECORD_BYTES) {
    const q: usize = load<u32>(record);
    const p = q * WHEEL + r;
    const o7 = behindFirst(q, r, 7);
    const o11 = behindFirst(q, r, 11);
    const o13 = behindFirst(q, r, 13);
    const o17 = behindFirst(q, r, 17);
    const o19 = behindFirst(q, r, 19);
    const o23 = behindFirst(q, r, 23);
    const o29 = behindFirst(q, r, 29);
    let at = begin + load<i32>(record, 4);
    while (at < end) {
      clearSix(at, o7, o11, o13, o17, o19, o23, o29, r, 0);
      at += p;
      clearSix(at, o7, o11, o13, o17, o19, o23, o29, r, 1);
      at += p;
      clearSix(at, o7, o11, o13, o17, o19, o23, o29, r, 2);
      at += p;
      clearSix(at, o7, o11, o13, o17, o19, o23, o29, r, 3);
      at += p;
      clearSix(at, o7, o11, o13, o17, o19, o23, o29, r, 4);
      at += p;
      clearSix(at, o7, o11, o13, o17, o19, o23, o29, r, 5);
      at += p;
      clearSix(at, o7, o11, o13, o17, o19, o23, o29, r, 6);
      at += p;
    }
    store<i32>(record, (at - end) as i32, 4);
  }
}

// One function for each class instead of one with all eight: each is called once a block, so V8 optimizes it soon, and
// is small enough for V8 to keep everything in registers.

function rounds1(record: usize, last: usize, begin: usize, end: usize): void {
  rounds(record, last, begin, end, 1);
}
function rounds7(record: usize, last: usize, begin: usize, end: usize): void {
  rounds(record, last, begin, end, 7);
}
function rounds11(record: usize, last: usize, begin: usize, end: usize): void {
  rounds(record, last, begin, end, 11);
}
function rounds13(record: usize, last: usize, begin: usize, end: usize): void {
  rounds(record, last, begin, end, 13);
}
function rounds17(record: usize, last: usize, begin: usize, end: usize): void {
  rounds(record, last, begin, end, 17);
}
function rounds19(record: usize, last: usize, begin: usize, end: usize): void {
  rounds(record, last, begin, end, 19);
}
function rounds23(record: usize, last: usize, begin: usize, end: usize): void {
  rounds(record, last, begin, end, 23);
}
function rounds29(record: usize, last: usize, begin: usize, end: usize): void {
  rounds(record, last, begin, end, 29);
}
function superRounds1(record: usize, last: usize, begin: usize, end: usize): void {
  superRounds(record, last, begin, end, 1);
}
function superRounds7(record: usize, last: usize, begin: usize, end: usize): void {
  superRounds(record, last, begin, end, 7);
}
function superRounds11(record: usize, last: usize, begin: usize, end: usize): void {
  superRounds(record, last, begin, end, 11);
}
function superRounds13(record: usize, last: usize, begin: usize, end: usize): void {
  superRounds(record, last, begin, end, 13);
}
function superRounds17(record: usize, last: usize, begin: usize, end: usize): void {
  superRounds(record, last, begin, end, 17);
}
function superRounds19(record: usize, last: usize, begin: usize, end: usize): void {
  superRounds(record, last, begin, end, 19);
}
function superRounds23(record: usize, last: usize, begin: usize, end: usize): void {
  superRounds(record, last, begin, end, 23);
}
function superRounds29(record: usize, last: usize, begin: usize, end: usize): void {
  superRounds(record, last, begin, end, 29);
}

/** Crosses off in rounds: in each class, the records from the count at `from` to the count at `to`. */
export function crossOff(from: usize, to: usize, begin: usize, end: usize): void {
  rounds1(recordIn(0, from), recordIn(0, to), begin, end);
  rounds7(recordIn(1, from), recordIn(1, to), begin, end);
  rounds11(recordIn(2, from), recordIn(2, to), begin, end);
  rounds13(recordIn(3, from), recordIn(3, to), begin, end);
  rounds17(recordIn(4, from), recordIn(4, to), begin, end);
  rounds19(recordIn(5, from), recordIn(5, to), begin, end);
  rounds23(recordIn(6, from), recordIn(6, to), begin, end);
  rounds29(recordIn(7, from), recordIn(7, to), begin, end);
}

/** Crosses off in super-rounds: in each class, the records up to the count at `to`. */
export function crossOffBySevens(to: usize, begin: usize, end: usize): void {
  superRounds1(recordsOf(0), recordIn(0, to), begin, end);
  superRounds7(recordsOf(1), recordIn(1, to), begin, end);
  superRounds11(recordsOf(2), recordIn(2, to), begin, end);
  superRounds13(recordsOf(3), recordIn(3, to), begin, end);
  superRounds17(recordsOf(4), recordIn(4, to), begin, end);
  superRounds19(recordsOf(5), recordIn(5, to), begin, end);
  superRounds23(recordsOf(6), recordIn(6, to), begin, end);
  superRounds29(recordsOf(7), recordIn(7, to), begin, end);
}

/** The record of a class at its count in a counter, or the end of its active records. */
// @ts-ignore: decorator
@inline
function recordIn(bit: i32, counts: usize): usize {
  return recordAt(bit, min(countOf(counts, bit), countOf(ACTIVE_COUNTS, bit)));
}
