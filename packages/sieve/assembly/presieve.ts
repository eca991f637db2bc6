/**
 * Presieving: clearing the multiples of the primes from 7 to 163 with tables, 16 bytes at a time.
 *
 * The bits that a prime p clears repeat every p bytes (30 p numbers), those of p and q together every p q bytes. So a
 * table of p q bytes holds everything that both clear, and a vector AND applies it: 35 primes in 16 tables of 6 to 10 KB
 * replace about half of all crossings, in one eighth of the time. Each table combines lesser and greater primes, so that
 * all tables are small.
 *
 * There are two passes of eight tables, because sixteen pointers would not fit the registers. A pass is cut into runs at
 * the ends of periods, so that the inner loop need not wrap; it steps by 32 bytes, and each table is 32 bytes longer
 * than its period.
 *
 * Source: Kim Walisch's primesieve, PreSieve (16 tables that are ANDed); see
 * https://github.com/kimwalisch/primesieve/blob/master/doc/ALGORITHMS.md.
 */
import { PRESIEVE, PRESIEVE_TABLES, WHEEL } from './constants';
import { bitOf, hasBit } from './wheel';

const STEP: usize = 32;
const TABLES_PER_PASS: usize = 8;
const ENTRY_BYTES: usize = 8;

let tableCount: usize = 0;
let nextTable: usize = PRESIEVE;

/** Fills all tables: three primes each up to 37, then pairs of the least and the greatest remaining. */
export function makePresieveTables(): void {
  makeTable(7, 23, 37);
  makeTable(11, 19, 31);
  makeTable(13, 17, 29);
  makeTable(41, 163, 1);
  makeTable(43, 157, 1);
  makeTable(47, 151, 1);
  makeTable(53, 149, 1);
  makeTable(59, 139, 1);
  makeTable(61, 137, 1);
  makeTable(67, 131, 1);
  makeTable(71, 127, 1);
  makeTable(73, 113, 1);
  makeTable(79, 109, 1);
  makeTable(83, 107, 1);
  makeTable(89, 103, 1);
  makeTable(97, 101, 1);
}

function makeTable(p: i32, q: i32, r: i32): void {
  const period = p * q * r;
  const bytes = period + (STEP as i32);
  memory.fill(nextTable, 0xff, bytes);
  clearMultiples(nextTable, bytes, p);
  clearMultiples(nextTable, bytes, q);
  if (r != 1) clearMultiples(nextTable, bytes, r);
  const entry = PRESIEVE_TABLES + tableCount * ENTRY_BYTES;
  store<u32>(entry, nextTable as u32);
  store<u32>(entry, period, 4);
  tableCount++;
  nextTable += (bytes + 63) & ~63;
}

/** Clears all multiples of a prime, itself included, in a bitmap that begins at 0. */
function clearMultiples(bitmap: usize, bytes: i32, prime: i32): void {
  for (let cofactor: i32 = 1; cofactor < WHEEL; cofactor++) {
    if (!hasBit(cofactor)) continue;
    const multiple = prime * cofactor;
    const mask = ~(1 << bitOf(multiple % WHEEL));
    for (let i = multiple / WHEEL; i < bytes; i += prime) store<u8>(bitmap + i, load<u8>(bitmap + i) & mask);
  }
}

/**
 * Clears the multiples of the primes from 7 to 163, these primes included.
 *
 * @param bytes - A multiple of 32.
 * @param firstByte - Offset in the whole bitmap.
 */
export function presieve(bitmap: usize, bytes: i32, firstByte: i32): void {
  clearByTables(bitmap, bitmap + bytes, firstByte, 0);
  clearByTables(bitmap, bitmap + bytes, firstByte, TABLES_PER_PASS);
}

// @ts-ignore: decorator
@inline
function tableAt(index: usize): usize {
  return load<u32>(PRESIEVE_TABLES + index * ENTRY_BYTES);
}

// @ts-ignore: decorator
@inline
function periodAt(index: usize): usize {
  return load<u32>(PRESIEVE_TABLES + index * ENTRY_BYTES, 4);
}

/** Bytes from a pointer to the end of its table's period. */
// @ts-ignore: decorator
@inline
function leftOf(index: usize, pointer: usize): usize {
  return tableAt(index) + periodAt(index) - pointer;
}

/** A pointer after a run: one period back if it passed the end. */
// @ts-ignore: decorator
@inline
function wrapped(index: usize, pointer: usize): usize {
  return pointer >= tableAt(index) + periodAt(index) ? pointer - periodAt(index) : pointer;
}

/** ANDs eight tables, from the table `first` on, into the bitmap. */
function clearByTables(to: usize, end: usize, firstByte: usize, first: usize): void {
  let a = tableAt(first) + (firstByte % periodAt(first));
  let b = tableAt(first + 1) + (firstByte % periodAt(first + 1));
  let c = tableAt(first + 2) + (firstByte % periodAt(first + 2));
  let d = tableAt(first + 3) + (firstByte % periodAt(first + 3));
  let e = tableAt(first + 4) + (firstByte % periodAt(first + 4));
  let f = tableAt(first + 5) + (firstByte % periodAt(first + 5));
  let g = tableAt(first + 6) + (firstByte % periodAt(first + 6));
  let h = tableAt(first + 7) + (firstByte % periodAt(first + 7));
  while (to < end) {
    let run = end - to;
    run = min(run, leftOf(first, a));
    run = min(run, leftOf(first + 1, b));
    run = min(run, leftOf(first + 2, c));
    run = min(run, leftOf(first + 3, d));
    run = min(run, leftOf(first + 4, e));
    run = min(run, leftOf(first + 5, f));
    run = min(run, leftOf(first + 6, g));
    run = min(run, leftOf(first + 7, h));
    // Rounded up: each table is one step longer than its period.
    const runEnd = to + ((run + STEP - 1) & ~(STEP - 1));
    for (; to < runEnd; to += STEP) {
      v128.store(to, v128.and(v128.load(to), andEight(a, b, c, d, e, f, g, h, 0)));
      v128.store(to, v128.and(v128.load(to, 16), andEight(a, b, c, d, e, f, g, h, 16)), 16);
      a += STEP;
      b += STEP;
      c += STEP;
      d += STEP;
      e += STEP;
      f += STEP;
      g += STEP;
      h += STEP;
    }
    a = wrapped(first, a);
    b = wrapped(first + 1, b);
    c = wrapped(first + 2, c);
    d = wrapped(first + 3, d);
    e = wrapped(first + 4, e);
    f = wrapped(first + 5, f);
    g = wrapped(first + 6, g);
    h = wrapped(first + 7, h);
  }
}

// @ts-ignore: decorator
@inline
function andEight(a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, g: usize, h: usize, at: usize): v128 {
  let bits = v128.and(v128.load(a + at), v128.load(b + at));
  bits = v128.and(bits, v128.load(c + at));
  bits = v128.and(bits, v128.load(d + at));
  bits = v128.and(bits, v128.load(e + at));
  bits = v128.and(bits, v128.load(f + at));
  bits = v128.and(bits, v128.load(g + at));
  return v128.and(bits, v128.load(h + at));
}
