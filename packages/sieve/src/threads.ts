/** Filling the table by Node's worker threads. A separate entry point, so that the main one works in a browser. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { checkInteger } from './domain.ts';
import { PrimeTable } from './prime-table.ts';

/** More threads than any machine has cores. */
const MAX_THREADS = 1024;

/**
 * Fills a whole table by worker threads; the calling thread stays free.
 *
 * @param table - In shared memory; may be in use.
 * @param options - `threads`: 1 to 1024; default: one for each core.
 * @throws TypeError when threads is not an integer or the table's memory is not shared; RangeError when threads is out
 *   of range.
 */
export async function fillPrimeTableByThreads(
  table: PrimeTable,
  { threads = availableParallelism() }: { readonly threads?: number } = {},
): Promise<void> {
  checkInteger('fill a prime table', 'threads', threads, 1, MAX_THREADS);
  if (table.buffer instanceof ArrayBuffer) {
    throw new TypeError('cannot fill a prime table: its memory must be shared, got an ArrayBuffer');
  }
  // The same file in src and in dist.
  const entry = new URL(`./fill-thread${extname(import.meta.url)}`, import.meta.url);
  // `once` rejects when a worker emits an error first.
  await Promise.all(
    Array.from({ length: threads }, () => once(new Worker(entry, { workerData: table.buffer }), 'exit')),
  );
}
