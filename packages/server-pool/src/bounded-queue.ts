/**
 * The bounded producer-consumer queue between the accept thread and the pool threads, in shared memory.
 *
 * One thread puts, many take. An item is the descriptor of an accepted socket, an integer that is valid in every thread of
 * the process, together with a stamp: the time at which it was put.
 *
 *     SharedArrayBuffer of int32
 *     [0] head   number of items taken; the next item to take is at head.           Written by the takers.
 *     [1] tail   number of items put; the next item to put goes to tail.            Written by the putter.
 *     [2] takers number of takers that sleep, or are about to.                      Written by the takers.
 *     [3] putter 1 while the putter sleeps, or is about to.                         Written by the putter.
 *     [4] ...    the ring: a power of two of slots of two words, item and stamp; item i is in slot i & mask. Written by
 *                the putter. It has more slots than the capacity, so there is always room for the sentinel.
 *
 *            head          tail
 *              ▼             ▼
 *     . . . .  a  b  c  d    .  .  .        empty: tail - head = 0      full: tail - head = capacity
 *
 * Both counters use the whole int32 range and wrap around; their difference stays correct, since the ring is smaller than
 * the range.
 *
 * The queue ends with a sentinel that is never removed: each taker finds it at the front after the last item.
 *
 * Why the order of the atomic operations is right:
 * - The putter stores the item before it advances `tail`; a taker loads `tail` before the item. So a taker never reads an
 *   unfilled slot.
 * - A taker loads the item before it claims it by moving `head` with a compare-and-exchange. If another taker was faster,
 *   the exchange fails and the loaded item is discarded. The putter refills the slot only after `head` has passed it, and
 *   then the exchange of a slow taker fails too.
 * - A taker waits on `tail` only while it has the value at which the queue was empty, the putter on `head` only while it
 *   has the value at which the queue was full: `Atomics.wait` compares and sleeps in one step, so no change is missed.
 * - A thread that has changed a counter notifies only if another one sleeps, because a notification costs more than
 *   everything else. A thread that will sleep announces it first and then compares the counter; a thread that changes the
 *   counter does that first and then checks for sleepers. In either order, one of the two sees the other.
 */

const HEAD = 0;
const TAIL = 1;
const SLEEPING_TAKERS = 2;
const PUTTER_SLEEPS = 3;
const RING = 4;
/** Words of a slot: item and stamp. */
const SLOT_WORDS = 2;

/** What {@link BoundedQueue.take} returns when the queue has ended: the sentinel. No descriptor is negative. */
export const END = -1;

/** What {@link BoundedQueue.takeNow} returns when the queue is empty. */
export const EMPTY = -2;

/** The largest capacity: as many as the longest backlog. */
export const MAX_CAPACITY = 65_536;

/** A bounded queue of integers that blocks its putter when full and its takers when empty. */
export class BoundedQueue {
  readonly capacity: number;
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #mask: number;
  #takenStamp = 0;
  #takenItem = 0;

  /**
   * @param capacity - most items in the queue, 1 to {@link MAX_CAPACITY}
   * @param memory - the memory of another thread's queue of the same capacity; default: a new queue
   */
  constructor(capacity: number, memory?: SharedArrayBuffer) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_CAPACITY) {
      throw new RangeError(
        `cannot make a queue: its capacity must be an integer from 1 to ${MAX_CAPACITY}, got ${capacity}`,
      );
    }
    const slots = 2 ** Math.ceil(Math.log2(capacity + 1));
    this.capacity = capacity;
    this.memory = memory ?? new SharedArrayBuffer((RING + slots * SLOT_WORDS) * Int32Array.BYTES_PER_ELEMENT);
    this.#words = new Int32Array(this.memory);
    this.#mask = slots - 1;
  }

  /** Number of items in the queue; it may change before the caller uses it. */
  get length(): number {
    return (Atomics.load(this.#words, TAIL) - Atomics.load(this.#words, HEAD)) | 0;
  }

  /** Number of items without the sentinel: clients that wait. */
  get waiting(): number {
    const tail = Atomics.load(this.#words, TAIL);
    const ended = Atomics.load(this.#words, this.#slot(tail - 1)) === END ? 1 : 0;
    return Math.max(0, ((tail - Atomics.load(this.#words, HEAD)) | 0) - ended);
  }

  /** Whether a taker waits for an item; this may change too. */
  get hasIdleTaker(): boolean {
    return Atomics.load(this.#words, SLEEPING_TAKERS) > 0;
  }

  /** Stamp of the last item that was taken through this object. */
  get takenStamp(): number {
    return this.#takenStamp;
  }

  /** Number of the last item that was taken through this object: 0 for the first one that was put, modulo 2^32. */
  get takenItem(): number {
    return this.#takenItem;
  }

  /** Number of items that were taken, and that were put, modulo 2^32; both may change. */
  get progress(): { readonly taken: number; readonly put: number } {
    return { taken: Atomics.load(this.#words, HEAD), put: Atomics.load(this.#words, TAIL) };
  }

  /**
   * Blocks while the queue is full. Only the thread that puts may call it.
   *
   * @param timeoutMs - longest wait for a change, in milliseconds
   * @returns whether there is a place
   */
  waitForPlace(timeoutMs = Infinity): boolean {
    const words = this.#words;
    const tail = Atomics.load(words, TAIL); // no other thread writes it
    for (;;) {
      const head = Atomics.load(words, HEAD);
      if (((tail - head) | 0) < this.capacity) return true;
      Atomics.store(words, PUTTER_SLEEPS, 1);
      const outcome = Atomics.wait(words, HEAD, head, timeoutMs);
      Atomics.store(words, PUTTER_SLEEPS, 0);
      if (outcome === 'timed-out') return false;
    }
  }

  /**
   * Puts an item at the end; blocks while the queue is full. Only one thread may put.
   *
   * @param item - the item, at least 0
   * @param stamp - the time, any int32
   */
  put(item: number, stamp = 0): void {
    const words = this.#words;
    this.waitForPlace();
    this.#append(Atomics.load(words, TAIL), item, stamp);
    if (Atomics.load(words, SLEEPING_TAKERS) > 0) Atomics.notify(words, TAIL, 1);
  }

  /**
   * Ends the queue: after its items are taken, every `take` returns {@link END}. No item may be put afterwards; a second
   * call does nothing. Only the putter may call it, or another thread after the putter's thread has ended.
   */
  end(): void {
    const tail = Atomics.load(this.#words, TAIL);
    if (Atomics.load(this.#words, this.#slot(tail - 1)) === END) return;
    this.#append(tail, END, 0);
    Atomics.notify(this.#words, TAIL);
  }

  /** Takes the first item; blocks while the queue is empty. Any number of threads may take. */
  take(): number {
    const words = this.#words;
    for (;;) {
      const tail = Atomics.load(words, TAIL);
      const item = this.takeNow();
      if (item !== EMPTY) return item;
      Atomics.add(words, SLEEPING_TAKERS, 1);
      Atomics.wait(words, TAIL, tail);
      Atomics.sub(words, SLEEPING_TAKERS, 1);
    }
  }

  /**
   * Takes the first item, or returns {@link EMPTY}; for a thread that must not block.
   *
   * @param isDue - takes the item only if its stamp is due; default: any item
   */
  takeNow(isDue?: (stamp: number) => boolean): number {
    const words = this.#words;
    for (;;) {
      const head = Atomics.load(words, HEAD);
      if (head === Atomics.load(words, TAIL)) return EMPTY;
      const slot = this.#slot(head);
      const item = Atomics.load(words, slot);
      const stamp = Atomics.load(words, slot + 1);
      if (isDue !== undefined && item !== END && !isDue(stamp) && Atomics.load(words, HEAD) === head) return EMPTY;
      if (item === END && Atomics.load(words, HEAD) === head) return END;
      if (Atomics.compareExchange(words, HEAD, head, (head + 1) | 0) === head) {
        if (Atomics.load(words, PUTTER_SLEEPS) === 1) Atomics.notify(words, HEAD, 1);
        this.#takenStamp = stamp;
        this.#takenItem = head;
        return item;
      }
    }
  }

  #append(tail: number, item: number, stamp: number): void {
    const slot = this.#slot(tail);
    Atomics.store(this.#words, slot, item);
    Atomics.store(this.#words, slot + 1, stamp);
    Atomics.store(this.#words, TAIL, (tail + 1) | 0);
  }

  /** Index of the first word of an item's slot. */
  #slot(index: number): number {
    return RING + (index & this.#mask) * SLOT_WORDS;
  }
}
