/**
 * How many clients a server has, and whether there is a place for one more: one count for all threads that admit.
 *
 *     SharedArrayBuffer, 4 bytes
 *     [0] taken   places that are taken; written by whichever thread admits a client or has closed one
 *
 * A place is taken by compare-and-exchange, not by adding and taking back: of two threads that want the last place one
 * gets it, and nobody is refused over a place that another thread held only for a moment.
 */

/** The places of a server, seen from one thread. */
export class Places {
  /** How many there are; Infinity: no limit. */
  readonly limit: number;
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory what another thread's {@link Places.memory} is; without it, all places are free */
  constructor(limit: number, memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.limit = limit;
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** Takes a place; false: there is none. */
  take(): boolean {
    for (let taken = Atomics.load(this.#words, 0); taken < this.limit;) {
      const seen = Atomics.compareExchange(this.#words, 0, taken, taken + 1);
      if (seen === taken) return true;
      taken = seen;
    }
    return false;
  }

  /** Gives a place back that was taken before. */
  leave(): void {
    Atomics.sub(this.#words, 0, 1);
  }
}
