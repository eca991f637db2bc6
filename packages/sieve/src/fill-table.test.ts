import { PRIMES_BELOW_SEGMENT } from '../dist/kernel-data.js';
import { afterEach, describe, expect, it } from 'vitest';
import { fillPrimeTable } from './fill-table.ts';
import { countInSegment } from './count.ts';
import { PrimeTable } from './prime-table.ts';
import { SEGMENT_BYTES, SEGMENT_COUNT, SEGMENT_SPAN, startOf } from './segment.ts';
import { usePrimeTable } from './segment-cache.ts';
import { fillPrimeTableByThreads } from './threads.ts';

afterEach(() => {
  usePrimeTable(undefined);
});

/** The segments of a full table whose count of primes is wrong. */
function wrongSegments(table: PrimeTable): number[] {
  usePrimeTable(table);
  return Array.from({ length: SEGMENT_COUNT }, (_, index) => index).filter((index) => {
    const counted = countInSegment(startOf(index), startOf(index) + SEGMENT_SPAN - 1);
    return counted !== PRIMES_BELOW_SEGMENT[index + 1]! - PRIMES_BELOW_SEGMENT[index]!;
  });
}

describe('fillPrimeTable()', () => {
  it('fills missing segments, and keeps others unchanged', () => {
    const table = new PrimeTable();
    for (const index of [0, 31, 32, 50, 2184]) table.fill(index, () => new Uint8Array(SEGMENT_BYTES));
    fillPrimeTable(table);
    expect(table.readySegments).toBe(SEGMENT_COUNT);
    expect(wrongSegments(table)).toEqual([0, 31, 32, 50, 2184]);
  });

  it('throws when another thread has taken a segment and never ends', () => {
    const table = new PrimeTable();
    const BUSY = 1;
    Atomics.store(new Int32Array(table.buffer), 3, BUSY);
    expect(() => {
      fillPrimeTable(table, 1);
    }).toThrow('cannot fill a prime table: segment 3 must become ready within 1 ms, got no answer from its thread');
  });
});

describe('fillPrimeTableByThreads()', () => {
  it('fills a table that this thread uses meanwhile', async () => {
    const table = new PrimeTable();
    const filled = fillPrimeTableByThreads(table, { threads: 2 });
    fillPrimeTable(table);
    await filled;
    expect(table.readySegments).toBe(SEGMENT_COUNT);
    expect(wrongSegments(table)).toEqual([]);
  }, 20_000);

  it('throws when threads is out of range or the memory is not shared', async () => {
    await expect(fillPrimeTableByThreads(new PrimeTable(), { threads: 0 })).rejects.toThrow(
      new RangeError('cannot fill a prime table: threads must be an integer from 1 to 1024, got 0'),
    );
    await expect(fillPrimeTableByThreads(new PrimeTable(new ArrayBuffer(PrimeTable.BYTES)))).rejects.toThrow(
      new TypeError('cannot fill a prime table: its memory must be shared, got an ArrayBuffer'),
    );
  });
});
