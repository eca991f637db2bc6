/**
 * The word in shared memory by which the main thread gives orders to all threads of a server.
 *
 *     SharedArrayBuffer, 4 bytes
 *     [0] order   written by the main thread, read by every thread; it only grows
 *
 * A thread that is blocked in a system call doesn't see it, so giving an order includes waking the thread: by a wake
 * pipe, `shutdown(2)`, or a sentinel in the queue. The order is stored before the wake-up and loaded after it, so the
 * woken thread can't miss it.
 */

/** Serve every client. */
export const RUN = 0;
/** Accept no more clients, refuse idle ones, finish the exchanges in progress. */
export const DRAIN = 1;
/** The drain timeout has passed: close everything now. */
export const CUT = 2;

export type Order = typeof RUN | typeof DRAIN | typeof CUT;

/** One thread's view of the order. */
export class Control {
  /** Shared memory for {@link Control} objects in other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory - the memory of another thread's object; default: new memory that says {@link RUN} */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  get order(): Order {
    return Atomics.load(this.#words, 0) as Order;
  }

  /** Gives an order; only the main thread calls it. */
  give(order: Order): void {
    Atomics.store(this.#words, 0, order);
    Atomics.notify(this.#words, 0);
  }

  /** Wakes threads that wait for an order without giving one. */
  nudge(): void {
    Atomics.notify(this.#words, 0);
  }

  /** Resolves when the order changes, or when the thread is woken without one; for a thread with an event loop. */
  async after(order: Order): Promise<Order> {
    const { value } = Atomics.waitAsync(this.#words, 0, order);
    await value;
    return this.order;
  }

  /** Blocks until there is an order to stop, or until the timeout. */
  pause(timeoutMs: number): void {
    Atomics.wait(this.#words, 0, RUN, timeoutMs);
  }
}
