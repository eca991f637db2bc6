/**
 * The prime table: one bitmap of all int32 in shared memory, filled as it is needed, by whoever needs it first.
 *
 *     byte 0                          12,288                                                71,610,368
 *     ├── state words ──┬── unused ───┼── segment 0 ──┬── segment 1 ──┬ … ──┬── segment 2184 ──┤
 *       2185 x int32                    32,768 bytes each
 *
 * A state word goes one way:
 *
 *     EMPTY ── compareExchange, one thread wins ──▶ BUSY ── store, notify ──▶ READY
 *
 * but back to EMPTY, for the next one to try, if sieving throws.
 *
 * - Only the winner writes the segment's bytes, and only while it is BUSY; so no segment is sieved twice.
 * - Others that need the segment wait for this one word, or turn to another segment. Nobody waits while being BUSY
 *   itself, so there is no deadlock.
 * - From READY on the bytes never change. Atomic operations are sequentially consistent, and what the winner wrote
 *   before its store of READY is seen by whoever has loaded READY: readers need no lock and no atomic access.
 *
 * The memory is reserved at once but touched as used: an idle table costs nothing, a full one 72 MB. The state words
 * are not padded to cache lines, as each is written only twice.
 */
import { SEGMENT_BYTES, SEGMENT_COUNT, WHEEL } from './segment.ts';

/** The states of a segment; 0, as memory begins as zeros. */
const EMPTY = 0;
const BUSY = 1;
const READY = 2;

/** Where the segments begin: behind the state words, at a page border. */
const SEGMENTS_AT = 12_288;

/**
 * How long a thread waits for another one's segment, some 100 µs of work. If the other was terminated in the middle,
 * the segment stays BUSY for ever, and each thread that needs it then sieves it for itself.
 */
const PATIENCE_MS = 1000;

/** The bit of each residue modulo 30; those without one get a bit that no byte has. */
const BIT_OF_RESIDUE = Uint16Array.from({ length: WHEEL }, (_, residue) =>
  residue % 2 !== 0 && residue % 3 !== 0 && residue % 5 !== 0 ? 1 << Math.floor((residue * 8) / WHEEL) : 0x100,
);

/**
 * The table, as one thread sees it. Threads share the {@link PrimeTable.buffer}; each makes a PrimeTable of its own.
 *
 * @example
 * ```ts no-run (needs a thread to start)
 * import { Worker } from 'node:worker_threads';
 * import { PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
 *
 * declare const entry: URL;
 *
 * const table = new PrimeTable();
 * usePrimeTable(table); // this thread
 * // There: usePrimeTable(new PrimeTable(workerData.primes))
 * new Worker(entry, { workerData: { primes: table.buffer } });
 * ```
 */
export class PrimeTable {
  /** The size of the buffer in bytes. */
  static readonly BYTES = SEGMENTS_AT + SEGMENT_COUNT * SEGMENT_BYTES;

  /** What the threads share: to be passed to a worker as it is. */
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  readonly #states: Int32Array;
  readonly #bytes: Uint8Array;

  /**
   * @param buffer - the buffer of another thread's table, or {@link PrimeTable.BYTES} zeros. If left out, a new one; not
   * shared where there is no shared memory, as in a page that isn't isolated
   * @throws RangeError if the buffer is of another size
   */
  constructor(buffer: SharedArrayBuffer | ArrayBuffer = newBuffer()) {
    if (buffer.byteLength !== PrimeTable.BYTES) {
      throw new RangeError(
        `Cannot use a prime table: buffer must hold ${PrimeTable.BYTES} bytes, received ${buffer.byteLength}`,
      );
    }
    this.buffer = buffer;
    this.#states = new Int32Array(buffer, 0, SEGMENT_COUNT);
    this.#bytes = new Uint8Array(buffer, SEGMENTS_AT);
  }

  /** How many of the 2185 segments are there. */
  get readySegments(): number {
    return this.#states.reduce((ready, _, index) => ready + Number(this.isReady(index)), 0);
  }

  /** Whether a segment is there. */
  isReady(index: number): boolean {
    return Atomics.load(this.#states, index) === READY;
  }

  /**
   * Whether a number is prime, by the table alone.
   *
   * @param n - above 5, in a segment that is ready
   */
  hasBit(n: number): boolean {
    return (this.#bytes[Math.floor(n / WHEEL)]! & BIT_OF_RESIDUE[n % WHEEL]!) !== 0;
  }

  /**
   * The bytes of a segment that is ready.
   *
   * @param from - its first byte wanted
   * @param end - the byte behind the last one
   */
  bytesOf(index: number, from = 0, end = SEGMENT_BYTES): Uint8Array {
    return this.#bytes.subarray(index * SEGMENT_BYTES + from, index * SEGMENT_BYTES + end);
  }

  /**
   * Sieves a segment into the table if it is empty and nobody else is at it. Doesn't wait.
   *
   * @param sieve - returns the segment's bytes
   * @returns whether this call has sieved it
   */
  fill(index: number, sieve: () => Uint8Array): boolean {
    if (Atomics.compareExchange(this.#states, index, EMPTY, BUSY) !== EMPTY) return false;
    let state = EMPTY;
    try {
      this.#bytes.set(sieve(), index * SEGMENT_BYTES);
      state = READY;
    } finally {
      Atomics.store(this.#states, index, state);
      Atomics.notify(this.#states, index);
    }
    return true;
  }

  /**
   * Waits while another thread sieves a segment.
   *
   * @param patienceMs - how long to wait for it at most
   * @returns whether the segment is ready now; not, if it is empty, if the other takes far too long, or if this thread
   * may not wait (a page's main thread)
   */
  waitUntilReady(index: number, patienceMs = PATIENCE_MS): boolean {
    try {
      while (Atomics.load(this.#states, index) === BUSY) {
        if (Atomics.wait(this.#states, index, BUSY, patienceMs) === 'timed-out') break;
      }
    } catch {
      // A TypeError: waiting is not allowed here.
    }
    return this.isReady(index);
  }
}

function newBuffer(): SharedArrayBuffer | ArrayBuffer {
  const Shared = globalThis.SharedArrayBuffer as typeof SharedArrayBuffer | undefined;
  return Shared === undefined ? new ArrayBuffer(PrimeTable.BYTES) : new Shared(PrimeTable.BYTES);
}
