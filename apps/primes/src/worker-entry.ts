/** The code in the threads of `perform.ts`: answers orders in sequence. */
import { parentPort } from 'node:worker_threads';
import { JOBS } from './jobs.ts';
import type { Order } from './perform.ts';

const port = parentPort!;
port.on('message', ({ name, interval }: Order) => {
  const result = JOBS[name](interval);
  // Transferred, not copied.
  port.postMessage(result, [result.buffer]);
});
