/**
 * The prime table: one bitmap of all int32 in shared memory. The first thread that needs a segment sieves it.
 *
 *     byte 0                          12,288                                                71,610,368
 *     ├── state words ──┬── unused ───┼── segment 0 ──┬── segment 1 ──┬ … ──┬── segment 2184 ──┤
 *       2185 x int32                    32,768 bytes each
 *
 * The state of a segment:
 *
 *     EMPTY ── compareExchange, one thread wins ──▶ BUSY ── store, notify ──▶ READY
 *
 * If sieving throws, the state returns to EMPTY.
 *
 * - Only the winner writes the segment's bytes, and only while the state is BUSY, so no segment is sieved twice.
 * - Other threads wait for this word or use another segment. No thread waits while it holds a BUSY segment, so there is
 *   no deadlock.
 * - READY bytes never change. Atomic operations are sequentially consistent: a thread that has loaded READY sees all
 *   bytes written before READY was stored. So readers need no lock and no atomic access.
 *
 * The memory is reserved at once, but pages are touched as needed: an empty table costs nothing, a full one 72 MB. The
 * state words are not padded to cache lines, because each is written only twice.
 */
import { SEGMENT_BYTES, SEGMENT_COUNT, WHEEL } from './segment.ts';

/** The states of a segment; new memory is zeros. */
const EMPTY = 0;
const BUSY = 1;
const READY = 2;

/** Offset of the segments: after the state words, at a page border. */
const SEGMENTS_AT = 12_288;

/**
 * Timeout for a segment that another thread is sieving, about 100 µs of work. If that thread was terminated, the segment
 * stays BUSY, and each thread that needs it sieves its own copy.
 */
const READY_TIMEOUT_MS = 1000;

/** The bit of each residue modulo 30; 0x100, which no byte has, for a residue without one. */
const BIT_OF_RESIDUE = Uint16Array.from({ length: WHEEL }, (_, residue) =>
  residue % 2 !== 0 && residue % 3 !== 0 && residue % 5 !== 0 ? 1 << Math.floor((residue * 8) / WHEEL) : 0x100,
);

/**
 * One thread's view of the table. Threads share {@link PrimeTable.buffer}; each makes its own PrimeTable.
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
  static readonly BYTES = SEGMENTS_AT + SEGMENT_COUNT * SEGMENT_BYTES;

  /** The shared memory; pass it to a worker. */
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  readonly #states: Int32Array;
  readonly #bytes: Uint8Array;

  /**
   * @param buffer - The buffer of another thread's table, or {@link PrimeTable.BYTES} zeros. Default: a new one, which is
   *   not shared where there is no shared memory, as in a page that isn't isolated.
   * @throws RangeError when the buffer has another size.
   */
  constructor(buffer: SharedArrayBuffer | ArrayBuffer = newBuffer()) {
    if (buffer.byteLength !== PrimeTable.BYTES) {
      throw new RangeError(
        `cannot use a prime table: buffer must hold ${PrimeTable.BYTES} bytes, got ${buffer.byteLength}`,
      );
    }
    this.buffer = buffer;
    this.#states = new Int32Array(buffer, 0, SEGMENT_COUNT);
    this.#bytes = new Uint8Array(buffer, SEGMENTS_AT);
  }

  /** Number of segments that are ready, up to 2185. */
  get readySegments(): number {
    return this.#states.reduce((ready, _, index) => ready + Number(this.isReady(index)), 0);
  }

  isReady(index: number): boolean {
    return Atomics.load(this.#states, index) === READY;
  }

  /** Whether a number above 5 in a ready segment is prime. */
  hasBit(n: number): boolean {
    return (this.#bytes[Math.floor(n / WHEEL)]! & BIT_OF_RESIDUE[n % WHEEL]!) !== 0;
  }

  /** The bytes of a ready segment, from one offset to before another. */
  bytesOf(index: number, from = 0, end = SEGMENT_BYTES): Uint8Array {
    return this.#bytes.subarray(index * SEGMENT_BYTES + from, index * SEGMENT_BYTES + end);
  }

  /** Sieves a segment into the table if its state is EMPTY. Never waits. */
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
   * @returns Whether the segment is ready; false when it is empty, after the timeout, or when this thread may not wait
   *   (a page's main thread).
   */
  waitUntilReady(index: number, timeoutMs = READY_TIMEOUT_MS): boolean {
    try {
      while (Atomics.load(this.#states, index) === BUSY) {
        if (Atomics.wait(this.#states, index, BUSY, timeoutMs) === 'timed-out') break;
      }
    } catch {
      // A TypeError: this thread may not wait.
    }
    return this.isReady(index);
  }
}

function newBuffer(): SharedArrayBuffer | ArrayBuffer {
  const Shared = globalThis.SharedArrayBuffer as typeof SharedArrayBuffer | undefined;
  return Shared === undefined ? new ArrayBuffer(PrimeTable.BYTES) : new Shared(PrimeTable.BYTES);
}
