/**
 * The sieved segments of one thread: a small cache, least recently used out first.
 *
 * A reader of primes keeps a cursor, not a buffer, and asks for the segment under its cursor each time. Readers at the
 * same place share the segment; hundreds that take turns at a few places cost one sieving per place. The cache bounds
 * the memory whatever the readers do.
 *
 * A slot's bytes are written again when its segment is thrown out, so a segment is only good until the next call.
 */
import { SEGMENT_BYTES, SEGMENT_COUNT, SEGMENT_SPAN, sieveSegment, type Segment } from './segment.ts';

/**
 * How many segments a thread keeps: 2 MiB at most, and only as many as were asked for. Fewer save little beside the
 * 10 MiB a thread takes anyway. Readers that take turns at more places than this find nothing kept: each turn then
 * sieves a segment anew, about 0.2 ms.
 */
export const CACHED_SEGMENTS = 64;

interface Slot extends Segment {
  start: number;
  /** The cache's clock at the last use; 0 is never. */
  usedAt: number;
}

/**
 * A bounded set of sieved segments.
 */
export class SegmentCache {
  readonly #capacity: number;
  readonly #slots: Slot[] = [];
  readonly #slotOf = new Array<Slot | undefined>(SEGMENT_COUNT).fill(undefined);
  #spare: Slot | undefined;
  #clock = 0;

  /** @param capacity - the most segments kept, at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * The segment, sieved if it isn't kept, and kept from now on.
   *
   * @param index - the segment's number
   * @returns a segment valid until the next call of this cache
   */
  get(index: number): Segment {
    let slot = this.#slotOf[index];
    if (slot === undefined) {
      slot = this.#takeSlot();
      fillSlot(slot, index);
      this.#slotOf[index] = slot;
    }
    slot.usedAt = ++this.#clock;
    return slot;
  }

  /**
   * The segment, sieved if it isn't kept, without keeping it: for a reader that passes many segments once and would
   * throw out all that others come back to.
   *
   * @param index - the segment's number
   * @returns a segment valid until the next call of this cache
   */
  peek(index: number): Segment {
    const kept = this.#slotOf[index];
    if (kept !== undefined) return kept;
    this.#spare ??= newSlot();
    fillSlot(this.#spare, index);
    return this.#spare;
  }

  /** An unused slot, or the one unused for longest. */
  #takeSlot(): Slot {
    if (this.#slots.length < this.#capacity) {
      const slot = newSlot();
      this.#slots.push(slot);
      return slot;
    }
    // A scan costs nothing beside the sieving that follows it, and a hit has no list to mend.
    const oldest = this.#slots.reduce((a, b) => (b.usedAt < a.usedAt ? b : a));
    this.#slotOf[oldest.start / SEGMENT_SPAN] = undefined;
    return oldest;
  }
}

/** The segments shared by everything in this package that runs on this thread. */
export const segments = new SegmentCache(CACHED_SEGMENTS);

function newSlot(): Slot {
  return { start: 0, bytes: new Uint8Array(SEGMENT_BYTES), usedAt: 0 };
}

function fillSlot(slot: Slot, index: number): void {
  sieveSegment(index, slot.bytes);
  slot.start = index * SEGMENT_SPAN;
}
