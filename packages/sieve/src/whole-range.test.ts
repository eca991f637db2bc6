/** The whole of int32 against independent programs. Takes some seconds. */
import { PRIMES_BELOW_SEGMENT, SUM_BELOW_SEGMENT } from '../dist/kernel-data.js';
import { createHash } from 'node:crypto';
import { FULL_ANSWER_SHA256 } from '@concurrent-primes/fixtures';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { primeChunks } from './chunks.ts';
import { countPrimes } from './count.ts';
import { MAX_INT32, MIN_INT32 } from './domain.ts';
import { PrimeTable } from './prime-table.ts';
import { SEGMENT_COUNT, SEGMENT_SPAN, startOf } from './segment.ts';
import { usePrimeTable } from './segment-cache.ts';
import { chunkBuffer, PrimeStream } from './stream.ts';
import { sumPrimes } from './sum.ts';
import { PlainSieve } from './testing/plain-sieve.ts';
import { Random } from './testing/random.ts';
import { fillPrimeTableByThreads } from './threads.ts';

const TIMEOUT_MS = 120_000;

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
  it(
    'equals that of libprimesieve, streamed',
    () => {
      expect(sha256OfAllPrimes()).toBe(FULL_ANSWER_SHA256);
    },
    TIMEOUT_MS,
  );

  it(
    'equals that of libprimesieve, through a table that two threads have filled',
    async () => {
      const table = new PrimeTable();
      await fillPrimeTableByThreads(table, { threads: 2 });
      expect(table.readySegments).toBe(SEGMENT_COUNT);
      usePrimeTable(table);
      expect(sha256OfAllPrimes()).toBe(FULL_ANSWER_SHA256);
    },
    TIMEOUT_MS,
  );
});

describe('against a plain sieve', () => {
  let plain: PlainSieve;

  beforeAll(() => {
    plain = new PlainSieve();
  }, TIMEOUT_MS);

  it('the counts and sums below each segment are right', () => {
    const starts = Array.from({ length: SEGMENT_COUNT }, (_, index) => startOf(index));
    expect(Array.from(PRIMES_BELOW_SEGMENT).slice(0, -1)).toEqual(starts.map((start) => plain.countBelow(start)));
    expect(Array.from(SUM_BELOW_SEGMENT).slice(0, -1)).toEqual(starts.map((start) => plain.sumBelow(start)));
  });

  it.each([
    ['without a table', undefined],
    ['with one', () => new PrimeTable()],
  ])(
    '50,000 intervals are right, %s',
    (_, makeTable) => {
      usePrimeTable(makeTable?.());
      const random = new Random(20_240_229);
      const wrong: [number, number][] = [];
      for (let i = 0; i < 50_000; i++) {
        const [a, b] = randomInterval(random);
        if (!agrees(plain, a, b)) wrong.push([a, b]);
      }
      expect(wrong).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

/** One of: narrow, some segments or less, anything; a bound at a segment border in every third. */
function randomInterval(random: Random): [number, number] {
  const nearBorder = startOf(random.integer(0, SEGMENT_COUNT - 1)) + random.integer(-40, 40);
  const a = random.integer(0, 2) === 0 ? nearBorder : random.integer(-1000, MAX_INT32);
  const kind = random.integer(0, 99);
  const width = random.integer(-5, kind < 70 ? 400 : kind < 99 ? 40_000 : 3 * SEGMENT_SPAN);
  const b = random.integer(0, 99) === 0 ? random.integer(a, MAX_INT32) : Math.min(a + width, MAX_INT32);
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
