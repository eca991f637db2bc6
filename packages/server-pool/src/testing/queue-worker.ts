/**
 * One end of a queue in a thread of its own. It counts its calls in shared memory, so that a test can see that it blocks.
 */
import { workerData } from 'node:worker_threads';
import { BoundedQueue, END } from '../bounded-queue.ts';

export interface QueueWorkerData {
  readonly capacity: number;
  readonly memory: SharedArrayBuffer;
  /** Puts the integers from 0 to this and ends the queue; or takes until the end. */
  readonly put?: number;
  /** int32: calls that have returned. */
  readonly done: SharedArrayBuffer;
  /** int32 for each item: number of times it was taken. */
  readonly taken: SharedArrayBuffer;
}

const { capacity, memory, put, done, taken } = workerData as QueueWorkerData;
const queue = new BoundedQueue(capacity, memory);
const doneWords = new Int32Array(done);
const takenWords = new Int32Array(taken);

if (put === undefined) {
  for (let item = queue.take(); item !== END; item = queue.take()) {
    Atomics.add(takenWords, item, 1);
    Atomics.add(doneWords, 0, 1);
  }
} else {
  for (let item = 0; item < put; item += 1) {
    queue.put(item);
    Atomics.add(doneWords, 0, 1);
  }
  queue.end();
}
