/**
 * Filling the whole table, by one thread or by several at once.
 *
 * Threads go through the table in runs of segments, as neighbours are sieved without setting up the sieve anew. A run
 * whose first segment is taken belongs to another thread and is passed over; so threads that start at any time share
 * the work without a word to each other, and readers may use the table meanwhile. What others left out, because it was
 * taken one by one, is done in a second pass; at last, they wait for each other.
 */
import type { PrimeTable } from './prime-table.ts';
import { SEGMENT_BYTES, SEGMENT_COUNT } from './segment.ts';
import { threadKernel } from './thread-kernel.ts';

/**
 * Segments in a run, some 15 ms of work. The sieve has to be set up for each run, so long ones are better: with two
 * threads the whole table took 74 ms in runs of 32, and 72 ms so (AMD EPYC, medians of 14).
 */
const RUN = 256;

/** Towards the end runs are short, 1 ms, so that no thread is left with much when the others are done. */
const SHORT_RUN = 16;
const SHORT_RUNS_FROM = SEGMENT_COUNT - RUN;

/** How long a segment that another thread sieves is waited for; it takes 100 µs on a machine that is not overloaded. */
const PATIENCE_MS = 10_000;

/**
 * Fills what is missing in a table; returns when all of it is there. Takes 0.15 s for a whole table by one thread.
 *
 * @param table - may be in use, and be filled by other threads at the same time
 * @param patienceMs - how long to wait at most for a segment that another thread sieves
 * @throws Error if such a segment doesn't get ready, because its thread was terminated in the middle
 * @example
 * ```ts
 * import { fillPrimeTable, PrimeTable } from '@concurrent-primes/sieve';
 *
 * const table = new PrimeTable();
 * fillPrimeTable(table);
 * console.log(table.readySegments); // prints 2185
 * ```
 */
export function fillPrimeTable(table: PrimeTable, patienceMs = PATIENCE_MS): void {
  for (let first = 0; first < SEGMENT_COUNT;) {
    const end = Math.min(first + (first < SHORT_RUNS_FROM ? RUN : SHORT_RUN), SEGMENT_COUNT);
    for (let index = first; index < end && fillSegment(table, index); index++);
    first = end;
  }
  for (let index = 0; index < SEGMENT_COUNT; index++) {
    ensureSegment(table, index, patienceMs);
  }
}

/** Fills a segment, or waits for the thread that does; should that fail, fills it after all. */
function ensureSegment(table: PrimeTable, index: number, patienceMs: number): void {
  const deadlineMs = performance.now() + patienceMs;
  while (!fillSegment(table, index) && !table.waitUntilReady(index, patienceMs)) {
    if (performance.now() < deadlineMs) continue;
    throw new Error(
      `Cannot fill a prime table: segment ${index} must become ready within ${patienceMs} ms, another thread still has it`,
    );
  }
}

/** Fills a segment if nobody else has taken it; returns whether it did. */
function fillSegment(table: PrimeTable, index: number): boolean {
  const kernel = threadKernel();
  return table.fill(index, () => {
    kernel.sieve(index * SEGMENT_BYTES, SEGMENT_BYTES, kernel.chunk);
    return kernel.memory.subarray(kernel.chunk, kernel.chunk + SEGMENT_BYTES);
  });
}
