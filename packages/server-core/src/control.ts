/**
 * The word in shared memory by which the main thread gives orders to all threads of a server.
 *
 *     SharedArrayBuffer, 8 bytes
 *     [0] order     written by the main thread, read by every thread; it only grows
 *     [1] leaving   1: leave the listening socket to the others that hold it; written and read likewise, before an order
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

const ORDER = 0;
const LEAVING = 1;
const WORDS = 2;

/** One thread's view of the order. */
export class Control {
  /** Shared memory for {@link Control} objects in other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory - the memory of another thread's object; default: new memory that says {@link RUN} */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  get order(): Order {
    return Atomics.load(this.#words, ORDER) as Order;
  }

  /** Gives an order; only the main thread calls it. */
  give(order: Order): void {
    Atomics.store(this.#words, ORDER, order);
    Atomics.notify(this.#words, ORDER);
  }

  /**
   * Whether the threads have to close the listening socket without accepting what waits there: other processes hold the
   * socket too, and serve these clients. While the order is {@link RUN}, all clients are served as before.
   */
  get leaving(): boolean {
    return Atomics.load(this.#words, LEAVING) === 1;
  }

  /** Tells the threads to leave the listening socket; only the main thread calls it. */
  leave(): void {
    Atomics.store(this.#words, LEAVING, 1);
    Atomics.notify(this.#words, ORDER);
  }

  /** Wakes threads that wait for an order without giving one. */
  nudge(): void {
    Atomics.notify(this.#words, ORDER);
  }

  /** Resolves when the order changes, or when the thread is woken without one; for a thread with an event loop. */
  async after(order: Order): Promise<Order> {
    const { value } = Atomics.waitAsync(this.#words, ORDER, order);
    await value;
    return this.order;
  }

  /** Blocks until there is an order to stop, or until the timeout. */
  pause(timeoutMs: number): void {
    Atomics.wait(this.#words, ORDER, RUN, timeoutMs);
  }
}
