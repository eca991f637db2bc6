/**
 * How long the pool's queue takes to hand over a client: from before an item is put (the accept thread has just returned
 * from `accept`) until a thread that slept has it (a pool thread would call `recv` next). The pool is idle: each item
 * finds the taker asleep. Reports the median, and how many items arrived.
 *
 * Usage: hand-over ITEMS
 */
import { BoundedQueue } from '@concurrent-primes/server-pool';
import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HandOverData } from './hand-over-thread.ts';
import { numberArguments, printOutcome } from './job-tools.ts';

/** Long enough for the taker to fall asleep again. */
const PAUSE_MS = 2;
const NS_PER_MS = 1e6;

const [items = 1] = numberArguments();
const queue = new BoundedQueue(1);
const workerData: HandOverData = {
  memory: queue.memory,
  capacity: queue.capacity,
  takenNs: new BigInt64Array(new SharedArrayBuffer(items * BigInt64Array.BYTES_PER_ELEMENT)),
  taken: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
};
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const worker = new Worker(new URL(`./hand-over-thread${extname(import.meta.url)}`, import.meta.url), { workerData });
await once(worker, 'message');

const putNs: bigint[] = [];
for (let item = 0; item < items; item++) {
  Atomics.wait(never, 0, 0, PAUSE_MS);
  putNs.push(process.hrtime.bigint());
  queue.put(item);
  Atomics.wait(workerData.taken, 0, item);
}
queue.end();
await once(worker, 'exit');
const tookMs = putNs.map((at, item) => Number(workerData.takenNs[item]! - at) / NS_PER_MS).sort((a, b) => a - b);
printOutcome(tookMs[Math.floor(items / 2)]!, items);
