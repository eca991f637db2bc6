/**
 * Fills the table of all primes with several threads.
 *
 * The threads exist before the clock starts; it runs from their release until the last one is done. Each pass fills a
 * new table, in memory that was never touched.
 *
 * Usage: fill THREADS PASSES
 */
import { chunkBuffer, PrimeStream, PrimeTable, SEGMENT_SPAN, usePrimeTable } from '@concurrent-primes/sieve';
import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DONE, type FillData, PASS } from './fill-thread.ts';
import { drainStream, leastMsOf, numberArguments, printOutcome } from './job-tools.ts';

const [threads = 1, passes = 1] = numberArguments();
const buffers = Array.from({ length: passes }, () => new SharedArrayBuffer(PrimeTable.BYTES));
const control = new Int32Array(new SharedArrayBuffer(8));
const workerData: FillData = { control, buffers };
const entry = new URL(`./fill-thread${extname(import.meta.url)}`, import.meta.url);
const workers = Array.from({ length: threads }, () => new Worker(entry, { workerData }));
await Promise.all(workers.map((worker) => once(worker, 'message')));

const elapsedMs = leastMsOf(passes, () => {
  Atomics.store(control, DONE, 0);
  Atomics.add(control, PASS, 1);
  Atomics.notify(control, PASS);
  for (let done = 0; done < threads; done = Atomics.load(control, DONE)) Atomics.wait(control, DONE, done);
});

const table = new PrimeTable(buffers.at(-1));
const segments = Math.ceil(2 ** 31 / SEGMENT_SPAN);
// Counting primes would not show a missing segment, since it would be sieved then.
if (table.readySegments !== segments) {
  throw new Error(`cannot fill the table: all ${segments} segments must be ready, got ${table.readySegments}`);
}
usePrimeTable(table);
printOutcome(elapsedMs, drainStream(new PrimeStream(0, 2 ** 31 - 1), chunkBuffer()));
