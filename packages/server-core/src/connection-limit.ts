/**
 * The connection limit of a server: one count for all its threads.
 *
 *     SharedArrayBuffer, 4 bytes
 *     [0] connections   written by any thread that admits or closes a client
 *
 * A connection is counted by compare-and-exchange, not by adding first and undoing it at the limit: a count that is too
 * high for a moment could make another thread refuse a client.
 */

/** One thread's view of the limit. */
export class ConnectionLimit {
  /** The most connections at the same time; Infinity: no limit. */
  readonly limit: number;
  /** Shared memory for {@link ConnectionLimit} objects in other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory - the memory of another thread's object; default: new memory, without connections */
  constructor(limit: number, memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.limit = limit;
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** Counts a connection; returns false when the limit is reached. */
  take(): boolean {
    for (let count = Atomics.load(this.#words, 0); count < this.limit;) {
      const seen = Atomics.compareExchange(this.#words, 0, count, count + 1);
      if (seen === count) return true;
      count = seen;
    }
    return false;
  }

  /** Removes a connection that {@link take} has counted. */
  release(): void {
    Atomics.sub(this.#words, 0, 1);
  }
}
