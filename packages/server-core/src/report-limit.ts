/**
 * Limits the reports of exchanges that a thread posts to the main thread. A client can end tens of thousands of exchanges
 * a second; a message for each would fill the main thread's queue and the log, and orders would come late.
 *
 *     SharedArrayBuffer, 4 bytes
 *     [0] left out   reports that were not posted, of all threads     Added to by any thread, taken by the main thread.
 */

/** Reports that a thread may post at once. */
const BURST = 200;
/** Reports that it may post in each further second. */
const PER_SECOND = 100;
/** Time between two messages that reports are left out. */
const TELL_EVERY_MS = 1000;

/** A report is posted, or left out; of those left out, one in a while is to be told to the main thread. */
export type ReportPermit = 'post' | 'leave out' | 'leave out and tell';

/** One thread's view of the limit. */
export class ReportLimit {
  /** Shared memory for the other threads and the main thread. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  #left = BURST;
  #atMs = -Infinity;
  #toldMs = -Infinity;

  /** @param memory - the memory of another thread's object; default: new memory */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /**
   * Asks for the permit to post a report, and counts it if there is none.
   *
   * @param nowMs - monotonic time
   */
  take(nowMs: number): ReportPermit {
    this.#left = Math.min(BURST, this.#left + ((nowMs - this.#atMs) * PER_SECOND) / 1000);
    this.#atMs = nowMs;
    if (this.#left >= 1) {
      this.#left -= 1;
      return 'post';
    }
    Atomics.add(this.#words, 0, 1);
    if (nowMs - this.#toldMs < TELL_EVERY_MS) return 'leave out';
    this.#toldMs = nowMs;
    return 'leave out and tell';
  }

  /** Returns the number of reports that were left out since the last call. */
  takeLeftOut(): number {
    return Atomics.exchange(this.#words, 0, 0);
  }
}
