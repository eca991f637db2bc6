/** The taker of `hand-over-job.ts`, a pool thread that does nothing with what it takes; and what the threads share. */
import { BoundedQueue, END } from '@concurrent-primes/server-pool';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

/** Given to the taker. */
export interface HandOverData {
  /** Memory of the queue. */
  readonly memory: SharedArrayBuffer;
  readonly capacity: number;
  /** When each item was taken, in nanoseconds of the system's monotonic clock. Written by the taker. */
  readonly takenNs: BigInt64Array<SharedArrayBuffer>;
  /** Word 0: how many items were taken. Written by the taker. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

if (!isMainThread) {
  const { memory, capacity, takenNs, taken } = workerData as HandOverData;
  const queue = new BoundedQueue(capacity, memory);
  parentPort!.postMessage('ready');
  for (let item = queue.take(); item !== END; item = queue.take()) {
    takenNs[item] = process.hrtime.bigint();
    Atomics.store(taken, 0, item + 1);
    Atomics.notify(taken, 0);
  }
}
