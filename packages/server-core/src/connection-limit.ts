/**
 * The connection limit of a server: one count for all of its threads.
 *
 *     SharedArrayBuffer, 4 bytes
 *     [0] connections   written by any thread that admits a client or has closed one
 *
 * A connection is counted by compare-and-exchange, not by adding and taking back: of two threads that want the last
 * connection one gets it, and no client is refused because another thread counted one for a moment.
 */

/** The limit, seen from one thread. */
export class ConnectionLimit {
  /** The most connections at the same time; Infinity: no limit. */
  readonly limit: number;
  /** Shared memory for {@link ConnectionLimit} objects in other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /**
   * @param limit - most connections at the same time
   * @param memory - the memory of another thread's object; default: new memory, without connections
   */
  constructor(limit: number, memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.limit = limit;
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** Counts one more connection; returns false when the limit is reached. */
  take(): boolean {
    for (let count = Atomics.load(this.#words, 0); count < this.limit;) {
      const seen = Atomics.compareExchange(this.#words, 0, count, count + 1);
      if (seen === count) return true;
      count = seen;
    }
    return false;
  }

  /** Counts one connection less: one that was taken before. */
  release(): void {
    Atomics.sub(this.#words, 0, 1);
  }
}
