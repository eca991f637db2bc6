/**
 * The one word by which the main thread steers all threads of a server.
 *
 *     SharedArrayBuffer, 4 bytes
 *     [0] order   written by the main thread only, read by every thread; it only ever grows
 *
 * A thread that is blocked elsewhere does not look at it, so whoever gives an order also wakes the thread by the means
 * made for it (a wake pipe, `shutdown(2)`, a sentinel in the queue). The store comes before the wake-up, and the woken
 * thread loads after it: it can't miss the order.
 */

/** Serve everyone. */
export const RUN = 0;
/** Accept nobody any more, refuse the idle, finish who is in service. */
export const DRAIN = 1;
/** The time for draining is over: close everything now. */
export const CUT = 2;

/** An order of the main thread. */
export type Order = typeof RUN | typeof DRAIN | typeof CUT;

/** A view of the shared order. */
export class Control {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory what another thread's {@link Control.memory} is; without it, a new one that says {@link RUN} */
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

  /** Blocks until there is an order to stop, or for so long; for a thread that has nothing better to wait for. */
  pause(timeoutMs: number): void {
    Atomics.wait(this.#words, 0, RUN, timeoutMs);
  }
}
