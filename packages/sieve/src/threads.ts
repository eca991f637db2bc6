/**
 * What needs Node's worker threads: filling the table by all cores. An entry point of its own, so that the other one
 * works in a browser.
 */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { checkInteger } from './domain.ts';
import { PrimeTable } from './prime-table.ts';

/** The most threads one can ask for: more than cores that share a memory today. */
const MAX_THREADS = 1024;

/**
 * Fills a whole table by worker threads, while the calling thread stays free; all of it is there when it resolves.
 *
 * @param table - in shared memory; may be in use meanwhile
 * @param options - `threads`: how many, from 1 on; by default one for each core
 * @throws TypeError if threads is no integer or the table's memory is not shared, RangeError if threads is out of range
 * @example
 * ```ts
 * import { PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
 * import { fillPrimeTableByThreads } from '@concurrent-primes/sieve/threads';
 *
 * const table = new PrimeTable();
 * await fillPrimeTableByThreads(table, { threads: 2 });
 * usePrimeTable(table);
 * ```
 */
export async function fillPrimeTableByThreads(
  table: PrimeTable,
  { threads = availableParallelism() }: { readonly threads?: number } = {},
): Promise<void> {
  checkInteger('fill a prime table', 'threads', threads, 1, MAX_THREADS);
  if (table.buffer instanceof ArrayBuffer) {
    throw new TypeError('Cannot fill a prime table: its memory must be shared, received an ArrayBuffer');
  }
  // From the source and from dist alike.
  const entry = new URL(`./fill-thread${extname(import.meta.url)}`, import.meta.url);
  await Promise.all(Array.from({ length: threads }, () => run(new Worker(entry, { workerData: table.buffer }))));
}

function run(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      resolve();
    });
  });
}
