/**
 * The ring of a thread's events in shared memory: one writer, one reader. It keeps the last events and never blocks the
 * writer.
 *
 *     SharedArrayBuffer of int32
 *     [0] head       number of published events, modulo 2^32                     Written by the writer.
 *     [1] wrapped    1 once the head has passed 2^32                             Written by the writer.
 *     [2] wanted     number of snapshots that the reader has asked for           Written by the reader.
 *     [3] fence      used by the reader only, to order its loads
 *     [16] ...       the events: a power of two of them, 4 words each; event i is at i & mask. Written by the writer.
 *
 * The writer publishes events in batches of at most {@link BATCH}, because storing the head costs more than storing an
 * event. So it may be overwriting the oldest 2 x BATCH published events at any time, even on processors that reorder
 * stores. The reader copies events, then loads the head again, and discards those that may have been overwritten
 * meanwhile: they are lost, and counted.
 */
import { EVENT_BYTES, EVENT_WORDS, eventHead } from './events.ts';

const HEAD = 0;
const WRAPPED = 1;
const WANTED = 2;
const FENCE = 3;
const HEADER_WORDS = 16;

/** The most events that are written before they are published. */
export const BATCH = 256;

/** The oldest events that a reader doesn't trust. */
const MARGIN = 2 * BATCH;

/** More events than this are never counted as lost at once. */
const MAX_DISTANCE = 2 ** 30;

/** The fewest events of a ring. */
export const MIN_CAPACITY = 4 * BATCH;

/**
 * Allocates a ring.
 *
 * @param capacity - number of events, a power of two, at least {@link MIN_CAPACITY}
 * @throws RangeError for another capacity
 */
export function allocateRing(capacity: number): SharedArrayBuffer {
  if (!Number.isInteger(Math.log2(capacity)) || capacity < MIN_CAPACITY) {
    throw new RangeError(
      `cannot make a ring: its capacity must be a power of two from ${MIN_CAPACITY}, got ${capacity}`,
    );
  }
  return new SharedArrayBuffer(HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT + capacity * EVENT_BYTES);
}

function eventsOf(memory: SharedArrayBuffer): number {
  return (memory.byteLength - HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT) / EVENT_BYTES;
}

/** Writes the events of one thread. */
export class RingWriter {
  /** Time of the next events: low 32 bits of microseconds. */
  timeUs = 0;
  /** Whether each event reads the clock, instead of having the time above. */
  exact = false;
  /** Microseconds to add to `performance.now()` of this thread, for `exact`. */
  offsetUs = 0;
  readonly capacity: number;
  readonly #words: Int32Array;
  readonly #mask: number;
  readonly #thread: number;
  #next: number;
  #published: number;

  /**
   * @param memory - what {@link allocateRing} returned
   * @param thread - number of the thread
   */
  constructor(memory: SharedArrayBuffer, thread: number) {
    this.capacity = eventsOf(memory);
    this.#words = new Int32Array(memory);
    this.#mask = this.capacity - 1;
    this.#thread = eventHead(0, thread, 0);
    this.#next = this.#published = Atomics.load(this.#words, HEAD);
  }

  /** Number of events written, modulo 2^32. */
  get count(): number {
    return this.#next;
  }

  /** Number of snapshots that the reader has asked for. */
  get wanted(): number {
    return Atomics.load(this.#words, WANTED);
  }

  /** Writes an event; the reader sees it after {@link RingWriter.publish}, or after {@link BATCH} events. */
  write(kind: number, slot: number, a: number, b: number): void {
    const words = this.#words;
    const at = HEADER_WORDS + (this.#next & this.#mask) * EVENT_WORDS;
    words[at] = this.exact ? this.#readClock() : this.timeUs;
    words[at + 1] = kind | this.#thread | (slot << 16);
    words[at + 2] = a;
    words[at + 3] = b;
    this.#next = (this.#next + 1) | 0;
    if ((this.#next & (BATCH - 1)) === 0) this.publish();
  }

  #readClock(): number {
    this.timeUs = (performance.now() * 1000 + this.offsetUs) | 0;
    return this.timeUs;
  }

  /** Shows the events to the reader. */
  publish(): void {
    if (this.#next === this.#published) return;
    if (this.#published < 0 && this.#next >= 0) Atomics.store(this.#words, WRAPPED, 1);
    this.#published = this.#next;
    Atomics.store(this.#words, HEAD, this.#next);
  }
}

/** Events that were read from a ring. */
export interface RingRead {
  /** Events that are missing before the first one: overwritten, or passed over. */
  readonly lost: number;
  /** Those of them that {@link RingReader.passOver} has left out. */
  readonly passedOver: number;
  /** Words of the events, {@link EVENT_WORDS} each. */
  readonly words: Int32Array;
}

/** Reads the events of one thread. */
export class RingReader {
  readonly #words: Int32Array;
  readonly #capacity: number;
  /** Number of events read or lost, modulo 2^32. */
  #cursor = 0;
  #begun = false;
  #passedOver = 0;

  /** @param memory - what {@link allocateRing} returned */
  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
    this.#capacity = eventsOf(memory);
  }

  /** Asks the writer for a snapshot; it writes one when it next has the occasion. */
  askForSnapshot(): void {
    Atomics.add(this.#words, WANTED, 1);
  }

  /**
   * Leaves out all events so far but the last ones: the next read tells how many.
   *
   * @param kept - how many of the last ones to keep
   */
  passOver(kept: number): void {
    const head = Atomics.load(this.#words, HEAD);
    if (!this.#begun) this.#begin(head);
    const passed = Math.max(0, ((head - this.#cursor) | 0) - kept);
    this.#cursor = (this.#cursor + passed) | 0;
    this.#passedOver += passed;
  }

  /** Returns the events since the last call. The first call returns those that the ring still has. */
  read(): RingRead {
    const head = Atomics.load(this.#words, HEAD);
    if (!this.#begun) this.#begin(head);
    const from = this.#cursor;
    const words = this.#copy(from, (head - from) | 0);
    // An add orders the loads above before the load below, on every processor.
    Atomics.add(this.#words, FENCE, 0);
    const safe = (Atomics.load(this.#words, HEAD) + MARGIN - this.#capacity) | 0;
    this.#cursor = head;
    const lost = Math.max(0, (safe - from) | 0);
    const passedOver = this.#passedOver;
    this.#passedOver = 0;
    if (lost === 0) return { lost: passedOver, passedOver, words };
    const read = words.length / EVENT_WORDS;
    const all = (head - from) | 0;
    // What was copied are the last events up to the head.
    const discarded = Math.max(0, lost - (all - read));
    return { lost: passedOver + Math.min(lost, all), passedOver, words: words.subarray(discarded * EVENT_WORDS) };
  }

  /** Everything before the oldest event that is there counts as lost. */
  #begin(head: number): void {
    this.#begun = true;
    // The differences of two positions must fit in 31 bits.
    const long = Atomics.load(this.#words, WRAPPED) === 1 || head >>> 0 > MAX_DISTANCE;
    if (long) this.#cursor = (head - MAX_DISTANCE) | 0;
  }

  /** Copies the last ones of `count` events from an index on, at most as many as the ring has. */
  #copy(from: number, count: number): Int32Array {
    const copied = Math.min(count, this.#capacity);
    const target = new Int32Array(copied * EVENT_WORDS);
    const first = (from + count - copied) & (this.#capacity - 1);
    const straight = Math.min(copied, this.#capacity - first);
    const begin = HEADER_WORDS + first * EVENT_WORDS;
    target.set(this.#words.subarray(begin, begin + straight * EVENT_WORDS));
    const rest = HEADER_WORDS + (copied - straight) * EVENT_WORDS;
    target.set(this.#words.subarray(HEADER_WORDS, rest), straight * EVENT_WORDS);
    return target;
  }
}
