import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { PrimeTable } from './prime-table.ts';
import { SEGMENT_BYTES } from './segment.ts';
import type { Race } from './testing/table-racer.ts';

const BUSY = 1;

function bytes(value: number): Uint8Array {
  return new Uint8Array(SEGMENT_BYTES).fill(value);
}

/** A table whose segment 3 another thread is sieving, for ever. */
function tableWithBusySegment(): PrimeTable {
  const table = new PrimeTable();
  Atomics.store(new Int32Array(table.buffer), 3, BUSY);
  return table;
}

describe('PrimeTable', () => {
  it('holds filled segments, and tells which are ready', () => {
    const table = new PrimeTable();
    expect(table.isReady(2184)).toBe(false);
    expect(table.fill(2184, () => bytes(7))).toBe(true);
    expect(table.isReady(2184)).toBe(true);
    expect(table.isReady(2183)).toBe(false);
    expect(table.readySegments).toBe(1);
    expect(Buffer.compare(table.bytesOf(2184), bytes(7))).toBe(0);
    expect(table.bytesOf(2184, 10, 15)).toHaveLength(5);
  });

  it('is the same through its buffer', () => {
    const table = new PrimeTable();
    table.fill(5, () => bytes(7));
    expect(new PrimeTable(table.buffer).bytesOf(5)[0]).toBe(7);
  });

  it('works without shared memory', () => {
    const table = new PrimeTable(new ArrayBuffer(PrimeTable.BYTES));
    expect(table.fill(5, () => bytes(7))).toBe(true);
    expect(table.fill(5, () => bytes(8))).toBe(false);
    expect(table.waitUntilReady(5)).toBe(true);
    expect(table.waitUntilReady(6)).toBe(false);
  });

  it('fill() does nothing when the segment is ready or another thread is at it', () => {
    const table = tableWithBusySegment();
    table.fill(5, () => bytes(7));
    expect(table.fill(5, () => bytes(8))).toBe(false);
    expect(table.bytesOf(5)[0]).toBe(7);
    expect(table.fill(3, () => bytes(8))).toBe(false);
    expect(table.isReady(3)).toBe(false);
  });

  it('fill() leaves the segment empty when sieving throws', () => {
    const table = new PrimeTable();
    expect(() =>
      table.fill(5, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(table.fill(5, () => bytes(7))).toBe(true);
  });

  it('waitUntilReady() gives up when the other thread never ends', () => {
    expect(tableWithBusySegment().waitUntilReady(3, 1)).toBe(false);
  });

  it('hasBit() knows the numbers of a segment', () => {
    const table = new PrimeTable();
    // 30 i + 7 and 30 i + 29 only.
    table.fill(0, () => bytes(0b1000_0010));
    expect(Array.from({ length: 60 }, (_, n) => n).filter((n) => table.hasBit(n))).toEqual([7, 29, 37, 59]);
  });

  it('throws when the buffer is of another size', () => {
    expect(() => new PrimeTable(new SharedArrayBuffer(8))).toThrow(
      new RangeError(`cannot use a prime table: buffer must hold ${PrimeTable.BYTES} bytes, got 8`),
    );
  });

  it('lets one thread sieve each segment when all want it at once, and shows its bytes to all', async () => {
    const [racers, segments] = [4, 200];
    const word = (): SharedArrayBuffer => new SharedArrayBuffer(4 * segments);
    const race: Race = {
      ...{ table: new SharedArrayBuffer(PrimeTable.BYTES), sieved: word(), lost: word(), right: word() },
      ...{ racers, segments },
    };
    const entry = new URL('./testing/table-racer.ts', import.meta.url);
    const workers = Array.from({ length: racers }, () => new Worker(entry, { workerData: race }));
    await Promise.all(workers.map((worker) => once(worker, 'exit')));
    const each = (value: number): number[] => new Array<number>(segments).fill(value);
    expect(Array.from(new Int32Array(race.sieved))).toEqual(each(1));
    expect(Array.from(new Int32Array(race.lost))).toEqual(each(racers - 1));
    expect(Array.from(new Int32Array(race.right))).toEqual(each(racers));
  }, 20_000);
});
