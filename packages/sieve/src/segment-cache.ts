/**
 * The sieved segments of one thread: a few slots in the kernel's memory, replaced least recently used first.
 *
 * A stream keeps a cursor, not a buffer, and asks for the numbers after its cursor each time. Streams in the same segment
 * share a slot, and streams that take turns in a few segments find theirs again. A miss is filled in the cheapest way:
 *
 *     in the table            ──▶ copied, about 1 µs
 *     narrow                  ──▶ sieved alone, 3 to 30 µs (assembly/narrow.ts)
 *     wide, with a table      ──▶ the whole segment is sieved into the table, about 60 µs, once for all threads
 *     wide, without a table   ──▶ sieved from the first number wanted to the last
 *
 * So a slot may hold only a part of its segment, and records which bytes. It is valid until the next call.
 */
import { PrimeTable } from './prime-table.ts';
import { SEGMENT_BYTES, segmentOf, startOf, WHEEL } from './segment.ts';
import { threadKernel } from './thread-kernel.ts';

/** A sieved segment, or a part of one. */
export interface Segment {
  /** Its first number. */
  readonly start: number;
  /** Address of its bytes in the kernel's memory. */
  readonly at: number;
}

interface Slot extends Segment {
  start: number;
  /** The sieved bytes: from this one to before the other; none at first. */
  firstByte: number;
  endByte: number;
  /** The cache's clock at the last use; 0 for never. */
  usedAt: number;
}

/**
 * The most bytes that are sieved alone: 61,440 numbers. Just below 2^31, both of the kernel's ways then cost 30 µs; for
 * fewer bytes the narrow way gets cheaper, down to 3 µs, the other does not.
 */
const NARROW_BYTES = 2048;

/** The kernel sieves multiples of this. */
const STEP_BYTES = 32;

let slots: Slot[] | undefined;
let clock = 0;
let table: PrimeTable | undefined;

/** Makes this thread read from a table, and sieve missing segments into it; undefined stops that. */
export function usePrimeTable(primeTable: PrimeTable | undefined): void {
  table = primeTable;
}

/** The table that this thread uses, if any. */
export function currentTable(): PrimeTable | undefined {
  return table;
}

/** Sieves [from, to], a part of one segment; the result is valid until the next call. */
export function sieved(from: number, to: number): Segment {
  slots ??= makeSlots();
  const start = startOf(segmentOf(from));
  const firstByte = Math.floor((from - start) / WHEEL);
  const endByte = Math.floor((to - start) / WHEEL) + 1;
  let oldest = slots[0]!;
  for (const slot of slots) {
    if (slot.start === start && slot.firstByte <= firstByte && slot.endByte >= endByte) {
      slot.usedAt = ++clock;
      return slot;
    }
    if (slot.usedAt < oldest.usedAt) oldest = slot;
  }
  // If filling fails, the slot must be empty.
  oldest.endByte = 0;
  fillSlot(oldest, start, firstByte, endByte);
  oldest.usedAt = ++clock;
  return oldest;
}

function makeSlots(): Slot[] {
  const kernel = threadKernel();
  return Array.from({ length: kernel.slotCount }, (_, i) => {
    return { start: 0, at: kernel.slots + i * SEGMENT_BYTES, firstByte: 0, endByte: 0, usedAt: 0 };
  });
}

function fillSlot(slot: Slot, start: number, firstByte: number, endByte: number): void {
  const index = segmentOf(start);
  const narrow = endByte - firstByte <= NARROW_BYTES;
  const from = firstByte - (firstByte % STEP_BYTES);
  const end = Math.ceil(endByte / STEP_BYTES) * STEP_BYTES;
  slot.start = start;
  if (table?.isReady(index) === true) {
    if (narrow) copyFromTable(table, slot, index, from, end);
    else copyFromTable(table, slot, index, 0, SEGMENT_BYTES);
  } else if (narrow) {
    threadKernel().sieveNarrow(index * SEGMENT_BYTES + from, end - from, slot.at + from);
    setBytes(slot, from, end);
  } else if (table === undefined) {
    sieveInto(slot, index, from, end);
  } else if (!table.fill(index, () => sieveInto(slot, index, 0, SEGMENT_BYTES))) {
    if (table.waitUntilReady(index)) copyFromTable(table, slot, index, 0, SEGMENT_BYTES);
    else sieveInto(slot, index, 0, SEGMENT_BYTES);
  }
}

function copyFromTable(from: PrimeTable, slot: Slot, index: number, firstByte: number, endByte: number): void {
  threadKernel().memory.set(from.bytesOf(index, firstByte, endByte), slot.at + firstByte);
  setBytes(slot, firstByte, endByte);
}

/** Sieves into a slot; returns its bytes. */
function sieveInto(slot: Slot, index: number, firstByte: number, endByte: number): Uint8Array {
  const kernel = threadKernel();
  kernel.sieve(index * SEGMENT_BYTES + firstByte, endByte - firstByte, slot.at + firstByte);
  setBytes(slot, firstByte, endByte);
  return kernel.memory.subarray(slot.at, slot.at + SEGMENT_BYTES);
}

function setBytes(slot: Slot, firstByte: number, endByte: number): void {
  slot.firstByte = firstByte;
  slot.endByte = endByte;
}
