/** A thread of `fill.ts`. */
import { fillPrimeTable, PrimeTable } from '@concurrent-primes/sieve';
import { parentPort, workerData } from 'node:worker_threads';
import { DONE, type FillData, PASS } from './fill-data.ts';

const { control, buffers } = workerData as FillData;

parentPort!.postMessage('ready');
for (const [pass, buffer] of buffers.entries()) {
  Atomics.wait(control, PASS, pass);
  fillPrimeTable(new PrimeTable(buffer));
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}
