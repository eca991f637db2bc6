import { referencePrimes } from '@concurrent-primes/fixtures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PrimeTable } from './prime-table.ts';
import { SEGMENT_BYTES, SEGMENT_SPAN, segmentOf, startOf } from './segment.ts';
import { sieved, usePrimeTable } from './segment-cache.ts';
import { evictAll } from './testing/evict.ts';
import { threadKernel } from './thread-kernel.ts';

const kernel = threadKernel();

beforeEach(evictAll);
afterEach(() => {
  usePrimeTable(undefined);
});

/** How many primes `sieved` says are in [from, to]. */
function count(from: number, to: number): number {
  const { at, start } = sieved(from, to);
  return kernel.count(at, from - start, to - start);
}

/** Clears the bits of the numbers [from, to]: a mark that only survives if nothing is sieved over it. */
function mark(from: number, to: number): void {
  const { at, start } = sieved(from, to);
  kernel.memory.fill(0, at + Math.floor((from - start) / 30), at + Math.floor((to - start) / 30) + 1);
}

describe('sieved()', () => {
  it.each([
    ['narrow', 2_000_000, 2_000_500],
    ['wide', 2_000_000, 2_400_000],
    ['at the begin of a segment', startOf(7), startOf(7) + 300],
    ['at its end', startOf(8) - 300, startOf(8) - 1],
    ['the last numbers', 2 ** 31 - 300, 2 ** 31 - 1],
  ])('has all primes of an interval: %s', (_, from, to) => {
    const expected = referencePrimes(from, to).length;
    expect(count(from, to)).toBe(expected);
    usePrimeTable(new PrimeTable());
    evictAll();
    expect(count(from, to)).toBe(expected);
  });

  it('does not sieve a cached segment again', () => {
    mark(5_000_000, 5_300_000);
    expect(count(5_000_100, 5_200_000)).toBe(0);
    expect(count(5_000_100, 5_300_000)).toBe(0);
  });

  it('sieves again when a slot holds not all that is asked for', () => {
    mark(5_000_000, 5_000_300);
    expect(count(5_000_000, 5_000_300)).toBe(0);
    expect(count(4_990_000, 5_000_300)).toBe(referencePrimes(4_990_000, 5_000_300).length);
    expect(count(5_000_000, 5_010_000)).toBe(referencePrimes(5_000_000, 5_010_000).length);
  });

  it('evicts the least recently used segment', () => {
    for (let i = 0; i < kernel.slotCount; i++) mark(startOf(i), startOf(i) + 300);
    expect(count(startOf(0), startOf(0) + 300)).toBe(0);
    count(startOf(100), startOf(100) + 300);
    expect(count(startOf(0), startOf(0) + 300)).toBe(0);
    expect(count(startOf(1), startOf(1) + 300)).not.toBe(0);
  });

  it('copies ready segments from the table', () => {
    const table = new PrimeTable();
    usePrimeTable(table);
    table.fill(9, () => new Uint8Array(SEGMENT_BYTES));
    expect(count(startOf(9), startOf(9) + SEGMENT_SPAN - 1)).toBe(0);
    expect(count(startOf(9) + 5000, startOf(9) + 5100)).toBe(0);
  });

  it('sieves a wide interval into the table, and a narrow one not', () => {
    const table = new PrimeTable();
    usePrimeTable(table);
    count(30_000_000, 30_000_100);
    expect(table.readySegments).toBe(0);
    count(30_000_000, 30_100_000);
    expect(table.isReady(segmentOf(30_000_000))).toBe(true);
    expect(table.readySegments).toBe(1);
    usePrimeTable(undefined);
    evictAll();
    const bytes = table.bytesOf(segmentOf(30_000_000));
    const { at } = sieved(startOf(segmentOf(30_000_000)), startOf(segmentOf(30_000_000)) + SEGMENT_SPAN - 1);
    expect(Buffer.compare(bytes, kernel.memory.subarray(at, at + SEGMENT_BYTES))).toBe(0);
  });
});
