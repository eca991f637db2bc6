/** A thread that takes connections of one address until it is full, others in between, and posts how many it got. */
import { parentPort, workerData } from 'node:worker_threads';
import { ADDRESS_FULL, AddressLimit } from '../address-limit.ts';

const { limit, memory, start } = workerData as { limit: number; memory: SharedArrayBuffer; start: Int32Array };
const addresses = new AddressLimit(limit, memory);
parentPort!.postMessage('ready');
Atomics.wait(start, 0, 0);
let taken = 0;
for (let isFull = false; !isFull;) {
  const others = Array.from({ length: 20 }, () => addresses.take('192.0.2.2'));
  isFull = addresses.take('192.0.2.1') === ADDRESS_FULL;
  if (!isFull) taken += 1;
  for (const token of others) addresses.release(token);
}
parentPort!.postMessage(taken);
