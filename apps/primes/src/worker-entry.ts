/** The code in the thread of `worker-thread.ts`: answers orders in sequence. */
import { parentPort } from 'node:worker_threads';
import { JOBS } from './jobs.ts';
import type { Order } from './worker-thread.ts';

const port = parentPort!;
port.on('message', ({ name, interval }: Order) => {
  const result = JOBS[name](interval);
  // Transferred, not copied.
  port.postMessage(result, [result.buffer]);
});
