/** The taker of `hand-over.ts`: a pool thread that has nothing to do with what it takes. */
import { BoundedQueue, END } from '@concurrent-primes/server-pool';
import { parentPort, workerData } from 'node:worker_threads';
import type { HandOverData } from './hand-over-data.ts';

const { queue: memory, capacity, takenNs, taken } = workerData as HandOverData;
const queue = new BoundedQueue(capacity, memory);

parentPort!.postMessage('ready');
for (let item = queue.take(); item !== END; item = queue.take()) {
  takenNs[item] = process.hrtime.bigint();
  Atomics.store(taken, 0, item + 1);
  Atomics.notify(taken, 0);
}
