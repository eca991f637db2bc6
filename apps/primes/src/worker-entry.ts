/** The thread's side of `worker-thread.ts`: one answer for each order, in their order. */
import { parentPort } from 'node:worker_threads';
import { JOBS } from './jobs.ts';
import type { Order } from './worker-thread.ts';

const port = parentPort!;
port.on('message', ({ name, interval }: Order) => {
  const result = JOBS[name](interval);
  // Buffers change hands instead of being copied.
  port.postMessage(result, [result.buffer]);
});
