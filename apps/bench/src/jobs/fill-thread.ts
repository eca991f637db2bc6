/** A thread of `fill-job.ts`, and what the threads share. */
import { fillPrimeTable, PrimeTable } from '@concurrent-primes/sieve';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

/** Which pass has begun, from 1 on; 0 before. Written by the main thread; the others wait for it. */
export const PASS = 0;

/** How many threads have finished the pass. Set to 0 by the main thread before the pass, then increased by the others. */
export const DONE = 1;

/** Given to each thread. */
export interface FillData {
  /** {@link PASS} and {@link DONE}. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** A table's memory for each pass. */
  readonly buffers: readonly SharedArrayBuffer[];
}

if (!isMainThread) {
  const { control, buffers } = workerData as FillData;
  parentPort!.postMessage('ready');
  for (const [pass, buffer] of buffers.entries()) {
    Atomics.wait(control, PASS, pass);
    fillPrimeTable(new PrimeTable(buffer));
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
}
