/**
 * Filling the whole table, by one thread or several.
 *
 * A thread fills the table in runs of consecutive segments, because these are sieved without setting up the sieve again.
 * It skips a run whose first segment is taken: another thread has it. So threads that start at any time share the work
 * without messages, while readers use the table. A second pass fills segments that are still missing, and waits for
 * segments that other threads are sieving.
 */
import type { PrimeTable } from './prime-table.ts';
import { SEGMENT_BYTES, SEGMENT_COUNT } from './segment.ts';
import { threadKernel } from './thread-kernel.ts';

/**
 * Segments in a run, about 15 ms of work. The sieve is set up for each run, and longer runs are better: with two threads
 * the whole table took 74 ms in runs of 32, and 72 ms in runs of 256 (AMD EPYC, medians of 14).
 */
const RUN = 256;

/** Runs at the end are short, 1 ms, so that all threads finish at about the same time. */
const SHORT_RUN = 16;
const SHORT_RUNS_FROM = SEGMENT_COUNT - RUN;

/** Timeout for a segment that another thread is sieving; 100 µs of work. */
const SEGMENT_TIMEOUT_MS = 10_000;

/**
 * Fills what is missing in a table; returns when it is full. One thread takes 0.15 s for a whole table.
 *
 * @param table - May be in use, and filled by other threads at the same time.
 * @throws Error when such a segment does not become ready, because its thread was terminated.
 *
 * @example
 * ```ts
 * import { fillPrimeTable, PrimeTable } from '@concurrent-primes/sieve';
 *
 * const table = new PrimeTable();
 * fillPrimeTable(table);
 * console.log(table.readySegments); // prints 2185
 * ```
 */
export function fillPrimeTable(table: PrimeTable, segmentTimeoutMs = SEGMENT_TIMEOUT_MS): void {
  for (let first = 0; first < SEGMENT_COUNT;) {
    const end = Math.min(first + (first < SHORT_RUNS_FROM ? RUN : SHORT_RUN), SEGMENT_COUNT);
    for (let index = first; index < end && fillSegment(table, index); index++);
    first = end;
  }
  for (let index = 0; index < SEGMENT_COUNT; index++) {
    ensureSegment(table, index, segmentTimeoutMs);
  }
}

/** Fills a segment, or waits for the thread that does, and tries again if that thread failed. */
function ensureSegment(table: PrimeTable, index: number, timeoutMs: number): void {
  const deadlineMs = performance.now() + timeoutMs;
  while (!fillSegment(table, index) && !table.waitUntilReady(index, timeoutMs)) {
    if (performance.now() < deadlineMs) continue;
    throw new Error(
      `cannot fill a prime table: segment ${index} must become ready within ${timeoutMs} ms, got no answer from its thread`,
    );
  }
}

/** Fills a segment unless another thread has taken it; returns whether it did. */
function fillSegment(table: PrimeTable, index: number): boolean {
  const kernel = threadKernel();
  return table.fill(index, () => {
    kernel.sieve(index * SEGMENT_BYTES, SEGMENT_BYTES, kernel.chunk);
    return kernel.memory.subarray(kernel.chunk, kernel.chunk + SEGMENT_BYTES);
  });
}
