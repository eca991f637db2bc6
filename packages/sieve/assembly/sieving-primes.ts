/**
 * The primes whose multiples the sieve crosses off, found by a plain sieve of Eratosthenes.
 *
 * They are stored twice: as one ascending list (narrow.ts), and as records in the eight residue classes of p = 30 q + r,
 * because r decides which bits a round clears (crossing-off.ts). A record is { q, position }, eight bytes, so all 4754
 * records fit the first-level cache next to a block.
 */
import {
  CLASS_BYTES,
  FIRST_WORD,
  LAST_PRESIEVED_PRIME,
  LEAST_LARGE_PRIME,
  RECORD_BYTES,
  RECORD_COUNTS,
  RECORDS,
  ROOT,
  SIEVING_PRIMES,
  SMALL_COUNTS,
  SUPER_COUNTS,
  SUPER_ROUND_LIMIT,
  WHEEL,
  WINDOW,
} from './constants';
import { bitOf, hasBit } from './wheel';

let sievingPrimeCount: i32 = 0;

/** The first record of a residue class. */
// @ts-ignore: decorator
@inline
export function recordsOf(bit: i32): usize {
  return RECORDS + (bit as usize) * CLASS_BYTES;
}

// @ts-ignore: decorator
@inline
export function recordAt(bit: i32, index: i32): usize {
  return recordsOf(bit) + (index as usize) * RECORD_BYTES;
}

// @ts-ignore: decorator
@inline
export function countOf(counts: usize, bit: i32): i32 {
  return load<i32>(counts + ((bit as usize) << 2));
}

// @ts-ignore: decorator
@inline
export function setCount(counts: usize, bit: i32, count: i32): void {
  store<i32>(counts + ((bit as usize) << 2), count);
}

/** Finds the primes up to ROOT and lists them; uses the window as scratch memory. */
export function makeSievingPrimes(): void {
  const composite = WINDOW;
  memory.fill(composite, 0, ROOT + 1);
  store<u64>(FIRST_WORD, 0);
  for (let n: i32 = 2; n <= ROOT; n++) {
    if (load<u8>(composite + n) != 0) continue;
    for (let multiple = n * n; multiple <= ROOT && multiple > 0; multiple += n) store<u8>(composite + multiple, 1);
    if (hasBit(n) && n < 8 * WHEEL) {
      const byte = FIRST_WORD + n / WHEEL;
      store<u8>(byte, load<u8>(byte) | ((1 as u8) << (bitOf(n % WHEEL) as u8)));
    }
    if (n > LAST_PRESIEVED_PRIME) list(n);
  }
  // Two entries that end a loop over pairs, because their square is past the end of the bitmap.
  store<u32>(SIEVING_PRIMES + (sievingPrimeCount << 2), ROOT + 1);
  store<u32>(SIEVING_PRIMES + (sievingPrimeCount << 2), ROOT + 1, 4);
}

function list(prime: i32): void {
  store<u32>(SIEVING_PRIMES + (sievingPrimeCount << 2), prime);
  sievingPrimeCount++;

  const bit = bitOf(prime % WHEEL);
  const count = countOf(RECORD_COUNTS, bit);
  store<u32>(recordAt(bit, count), prime / WHEEL);
  setCount(RECORD_COUNTS, bit, count + 1);
  if (prime < SUPER_ROUND_LIMIT) setCount(SUPER_COUNTS, bit, count + 1);
  if (prime < LEAST_LARGE_PRIME) setCount(SMALL_COUNTS, bit, count + 1);
}
