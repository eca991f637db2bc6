/**
 * How a block is sieved.
 *
 *       overhang            window: one block or two               overhang
 *     ┌───────────┬───────────────────────┬───────────────────────┬───────────┐
 *     │ scratch   │ block                 │ block                 │ 0xff …    │
 *     └───────────┴───────────────────────┴───────────────────────┴───────────┘
 *                 ▲ windowByte            ▲ nextByte
 *
 * 1. A window begins as all ones, except for bits that the rounds of the previous window cleared past its end.
 * 2. The large primes are crossed off over the whole window.
 * 3. In each block, the presieve is ANDed in, then the small primes are crossed off, those below 4096 in super-rounds.
 *    Their last rounds also clear bits in the next block, which stay cleared.
 * 4. After the last block of the window, its overhang moves to the front: it is the beginning of the next window.
 *
 * Consecutive blocks need no division: each prime's position carries on. Any other block is set up with one division a
 * prime, and the first rounds may begin up to an overhang before the window, in memory that nothing reads.
 */
import {
  ACTIVE_COUNTS,
  BLOCK_BYTES,
  FIRST_WORD,
  OVERHANG_BYTES,
  RECORD_COUNTS,
  SMALL_COUNTS,
  SUPER_COUNTS,
  WHEEL,
  WINDOW,
  WINDOW_BYTES,
} from './constants';
import { crossOff, crossOffBySevens } from './crossing-off';
import { presieve } from './presieve';
import { countOf, recordAt, setCount } from './sieving-primes';
import { residueOf } from './wheel';

/** Byte offsets in the whole bitmap: of the window, the next block, and the end of the window. */
let windowByte: i32 = 0;
let nextByte: i32 = -1;
let windowEnd: i32 = 0;

/**
 * Sieves a range of bytes of the bitmap.
 *
 * @param firstByte - Offset in the whole bitmap, a multiple of 32.
 * @param bytes - A multiple of 32, at most BLOCK_BYTES.
 * @param to - Address of the result.
 */
export function sieve(firstByte: i32, bytes: i32, to: usize): void {
  if (firstByte != nextByte || (nextByte != windowEnd && nextByte + bytes > windowEnd)) {
    setUp(firstByte);
    openWindow(bytes);
  } else if (nextByte == windowEnd) {
    moveOverhang();
    // A caller of two consecutive whole blocks will probably want the next one too.
    openWindow(bytes == BLOCK_BYTES ? WINDOW_BYTES : bytes);
  }
  const block = WINDOW + (firstByte - windowByte);
  sieveBlock(block, bytes);
  memory.copy(to, block, bytes);
}

function sieveBlock(block: usize, bytes: i32): void {
  const end = block + bytes;
  presieve(block, bytes, nextByte);
  crossOffBySevens(SUPER_COUNTS, block, end);
  crossOff(SUPER_COUNTS, SMALL_COUNTS, block, end);
  // Restores presieved primes, and primes below 210, which round k = 0 of their super-round crossed off.
  if (nextByte == 0) store<u64>(block, load<u64>(FIRST_WORD));
  nextByte += bytes;
}

/** Starts at another byte: an empty window, and positions for all primes whose rounds begin before it. */
function setUp(firstByte: i32): void {
  memory.fill(WINDOW, 0xff, OVERHANG_BYTES);
  windowByte = windowEnd = nextByte = firstByte;
  for (let bit: i32 = 0; bit < 8; bit++) {
    const superRecords = countOf(SUPER_COUNTS, bit);
    const active = setUpRecords(bit, 0, superRecords, 7);
    setCount(
      ACTIVE_COUNTS,
      bit,
      active < superRecords ? active : setUpRecords(bit, superRecords, countOf(RECORD_COUNTS, bit), 1),
    );
  }
}

/** Sets the positions of records whose rounds go by `step`; returns the index of the first one not active yet. */
function setUpRecords(bit: i32, from: i32, to: i32, step: i32): i32 {
  for (let i = from; i < to; i++) {
    const record = recordAt(bit, i);
    const q = load<i32>(record);
    const p = WHEEL * q + residueOf(bit);
    if (firstRoundByte(q, p, step) >= nextByte) return i;
    const round = (nextByte - q) / p;
    store<i32>(record, p * (step == 1 ? round : (round / 7) * 7) + q - nextByte, 4);
  }
  return to;
}

/** The byte in which a prime's rounds begin: round ⌊p / 30⌋, because smaller multiples have a smaller factor. */
// @ts-ignore: decorator
@inline
function firstRoundByte(q: i32, p: i32, step: i32): i32 {
  return p * (step == 1 ? q : (q / 7) * 7) + q;
}

/** Moves to the window that begins where the last one ended. */
function moveOverhang(): void {
  memory.copy(WINDOW, WINDOW + (windowEnd - windowByte), OVERHANG_BYTES);
  windowByte = windowEnd;
}

/** Opens a window at `windowByte`, whose overhang is in place, and crosses off the large primes. */
function openWindow(bytes: i32): void {
  memory.fill(WINDOW + OVERHANG_BYTES, 0xff, bytes);
  windowEnd = windowByte + bytes;
  for (let bit: i32 = 0; bit < 8; bit++) activateRecords(bit);
  crossOff(SMALL_COUNTS, RECORD_COUNTS, WINDOW, WINDOW + bytes);
}

/** Sets the positions of the primes of a class whose rounds begin in this window. */
function activateRecords(bit: i32): void {
  const superRecords = countOf(SUPER_COUNTS, bit);
  const records = countOf(RECORD_COUNTS, bit);
  let i = countOf(ACTIVE_COUNTS, bit);
  for (; i < records; i++) {
    const record = recordAt(bit, i);
    const q = load<i32>(record);
    const byte = firstRoundByte(q, WHEEL * q + residueOf(bit), i < superRecords ? 7 : 1);
    if (byte >= windowEnd) break;
    store<i32>(record, byte - windowByte, 4);
  }
  setCount(ACTIVE_COUNTS, bit, i);
}
