/** All of int32 compared with independent programs; takes some seconds. */
import { PRIMES_BELOW_SEGMENT, SUM_BELOW_SEGMENT } from '../dist/kernel-data.js';
import { createHash } from 'node:crypto';
import { FULL_ANSWER_SHA256 } from '@concurrent-primes/fixtures';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { primeChunks } from './chunks.ts';
import { countPrimes } from './count.ts';
import { MAX_INT32, MIN_INT32 } from './domain.ts';
import { PrimeTable } from './prime-table.ts';
import { SEGMENT_COUNT, SEGMENT_SPAN, startOf } from './segment.ts';
import { usePrimeTable } from './segment-cache.ts';
import { chunkBuffer, PrimeStream } from './stream.ts';
import { sumPrimes } from './sum.ts';
import { fillPrimeTableByThreads } from './threads.ts';

// The sieve of Eratosthenes over all int32 in its plain form: a flag for each odd number, no wheel, no rounds, no tables.
// It shares no code and no idea with the kernel, and takes some seconds and 140 MB.

/** Numbers sieved at a time, and between two entries of the tables. */
const SPAN = 2 ** 20;
const BLOCK = 2 ** 10;

/** All primes below 2^31, one bit for each odd number; methods add 2. */
class PlainSieve {
  /** Bit j of byte i stands for 16 i + 2 j + 1. */
  readonly #bits = new Uint8Array(2 ** 31 / 16);
  /** By block: number and sum of the odd primes below its first number. */
  readonly #counts = new Uint32Array(2 ** 31 / BLOCK + 1);
  readonly #sums = new BigUint64Array(2 ** 31 / BLOCK + 1);

  constructor() {
    const primes = oddPrimesUpTo(46_341);
    const flags = new Uint8Array(SPAN / 2);
    for (let start = 0; start < 2 ** 31; start += SPAN) {
      sieveOdd(flags, start, primes);
      if (start === 0) flags[0] = 0;
      this.#pack(flags, start);
    }
  }

  /** The number of primes below n. */
  countBelow(n: number): number {
    let count = this.#counts[Math.floor(n / BLOCK)]! + Number(n > 2);
    this.#forEachInBlock(n, () => count++);
    return count;
  }

  /** The sum of the primes below n. */
  sumBelow(n: number): bigint {
    let sum = n > 2 ? 2 : 0;
    this.#forEachInBlock(n, (prime) => (sum += prime));
    return this.#sums[Math.floor(n / BLOCK)]! + BigInt(sum);
  }

  /** Whether n, from 0 to 2^31 - 1, is prime. */
  isPrime(n: number): boolean {
    return n % 2 === 0 ? n === 2 : (this.#bits[n >>> 4]! & (1 << ((n >> 1) & 7))) !== 0;
  }

  #forEachInBlock(n: number, visit: (prime: number) => void): void {
    for (let m = Math.floor(n / BLOCK) * BLOCK + 1; m < n; m += 2) if (this.isPrime(m)) visit(m);
  }

  #pack(flags: Uint8Array, start: number): void {
    let count = this.#counts[start / BLOCK]!;
    let total = this.#sums[start / BLOCK]!;
    for (let block = 0; block < SPAN; block += BLOCK) {
      let sum = 0;
      for (let i = block / 2; i < (block + BLOCK) / 2; i++) {
        if (flags[i] === 0) continue;
        const n = start + 2 * i + 1;
        count++;
        sum += n;
        this.#bits[n >>> 4]! |= 1 << (i & 7);
      }
      total += BigInt(sum);
      this.#counts[(start + block) / BLOCK + 1] = count;
      this.#sums[(start + block) / BLOCK + 1] = total;
    }
  }
}

function sieveOdd(flags: Uint8Array, start: number, primes: readonly number[]): void {
  flags.fill(1);
  const length = flags.length;
  for (const prime of primes) {
    const square = prime * prime;
    if (square > Math.min(start + SPAN, MAX_INT32)) break;
    const least = Math.max(square, Math.ceil(start / prime) * prime);
    const odd = least % 2 === 0 ? least + prime : least;
    for (let i = (odd - start - 1) / 2; i < length; i += prime) flags[i] = 0;
  }
}

function oddPrimesUpTo(limit: number): number[] {
  const primes: number[] = [];
  for (let n = 3; n <= limit; n += 2) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

afterEach(() => {
  usePrimeTable(undefined);
});

function sha256OfAllPrimes(): string {
  const hash = createHash('sha256');
  const stream = new PrimeStream(MIN_INT32, MAX_INT32);
  const chunk = chunkBuffer();
  while (!stream.done) {
    const filled = stream.fill(chunk);
    hash.update(chunk.subarray(0, filled));
    stream.advance(filled);
  }
  return hash.digest('hex');
}

describe('the whole answer', () => {
  it('equals that of libprimesieve, streamed', () => {
    expect(sha256OfAllPrimes()).toBe(FULL_ANSWER_SHA256);
  });

  it('equals that of libprimesieve, through a table that two threads have filled', async () => {
    const table = new PrimeTable();
    await fillPrimeTableByThreads(table, { threads: 2 });
    expect(table.readySegments).toBe(SEGMENT_COUNT);
    usePrimeTable(table);
    expect(sha256OfAllPrimes()).toBe(FULL_ANSWER_SHA256);
  });
});

describe('against a plain sieve', () => {
  let plain: PlainSieve;

  beforeAll(() => {
    plain = new PlainSieve();
  });

  it('the counts and sums below each segment are right', () => {
    const starts = Array.from({ length: SEGMENT_COUNT }, (_, index) => startOf(index));
    expect(Array.from(PRIMES_BELOW_SEGMENT).slice(0, -1)).toEqual(starts.map((start) => plain.countBelow(start)));
    expect(Array.from(SUM_BELOW_SEGMENT).slice(0, -1)).toEqual(starts.map((start) => plain.sumBelow(start)));
  });

  it.each([
    ['without a table', undefined],
    ['with one', () => new PrimeTable()],
  ])('50,000 intervals are right, %s', (_, makeTable) => {
    usePrimeTable(makeTable?.());
    const random = xoroshiro128plus(20_240_229);
    const wrong: [number, number][] = [];
    for (let i = 0; i < 50_000; i++) {
      const [a, b] = randomInterval(random);
      if (!agrees(plain, a, b)) wrong.push([a, b]);
    }
    expect(wrong).toEqual([]);
  });
});

/** One of: narrow, some segments or less, anything; a bound at a segment border in every third. */
function randomInterval(random: RandomGenerator): [number, number] {
  const nearBorder = startOf(uniformInt(random, 0, SEGMENT_COUNT - 1)) + uniformInt(random, -40, 40);
  const a = uniformInt(random, 0, 2) === 0 ? nearBorder : uniformInt(random, -1000, MAX_INT32);
  const kind = uniformInt(random, 0, 99);
  const width = uniformInt(random, -5, kind < 70 ? 400 : kind < 99 ? 40_000 : 3 * SEGMENT_SPAN);
  const b = uniformInt(random, 0, 99) === 0 ? uniformInt(random, a, MAX_INT32) : Math.min(a + width, MAX_INT32);
  return [a, b];
}

function agrees(plain: PlainSieve, a: number, b: number): boolean {
  const [from, end] = [Math.max(a, 0), Math.max(a, b + 1, 0)];
  if (countPrimes(a, b) !== plain.countBelow(end) - plain.countBelow(from)) return false;
  if (sumPrimes(a, b) !== plain.sumBelow(end) - plain.sumBelow(from)) return false;
  if (b - a > 50_000) return true;
  let n = from;
  for (const chunk of primeChunks(a, b)) {
    for (const prime of chunk) {
      for (; n < prime; n++) if (plain.isPrime(n)) return false;
      if (!plain.isPrime(n++)) return false;
    }
  }
  for (; n < end; n++) if (plain.isPrime(n)) return false;
  return true;
}
