/**
 * The sieved segments of one thread: a few slots in the kernel's memory, least recently used out first.
 *
 * A reader of primes keeps a cursor, not a buffer, and asks for the numbers behind its cursor each time. Readers at the
 * same place share a slot, and those that take turns at a few places find theirs again. What isn't in a slot is got in
 * the cheapest way:
 *
 *     in the table         ──▶ copied, about 1 µs
 *     narrow               ──▶ sieved alone, some µs to 30 µs (assembly/narrow.ts)
 *     wide, with a table   ──▶ the whole segment is sieved into the table, about 60 µs, for all threads and all times
 *     wide, without one    ──▶ sieved from the first number that is wanted to the last
 *
 * So a slot needn't hold its whole segment: it says which bytes it has. They are written again when the slot is used
 * anew; a slot is only good until the next call.
 */
import { PrimeTable } from './prime-table.ts';
import { SEGMENT_BYTES, segmentOf, startOf, WHEEL } from './segment.ts';
import { threadKernel } from './thread-kernel.ts';

/** A sieved piece of the number line. */
export interface Segment {
  /** Its first number. */
  readonly start: number;
  /** Where its bytes lie in the kernel's memory. */
  readonly at: number;
}

interface Slot extends Segment {
  start: number;
  /** Which of its bytes are sieved, from one to before the other; none at first. */
  firstByte: number;
  endByte: number;
  /** The cache's clock at the last use; 0 is never. */
  usedAt: number;
}

/**
 * The most bytes that are sieved alone: 61,440 numbers. Just below 2^31 the kernel's two ways cost the same there,
 * 30 µs; for less the narrow way gets cheaper, to 3 µs, and the other one doesn't.
 */
const NARROW_BYTES = 2048;

/** The kernel sieves in steps of so many bytes. */
const STEP_BYTES = 32;

let slots: Slot[] | undefined;
let clock = 0;
let table: PrimeTable | undefined;

/**
 * From now on, this thread takes what is in a table from it, and sieves into it what is not.
 *
 * @param primeTable - undefined: without a table again
 */
export function usePrimeTable(primeTable: PrimeTable | undefined): void {
  table = primeTable;
}

/** The table this thread uses, if any. */
export function currentTable(): PrimeTable | undefined {
  return table;
}

/**
 * The numbers [from, to], sieved.
 *
 * @param from - not negative
 * @param to - not before it, in the same segment
 * @returns a segment of which so much is sieved; valid until the next call
 */
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
  // Should the filling fail, the slot holds nothing.
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
