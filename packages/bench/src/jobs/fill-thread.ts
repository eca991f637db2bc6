/** A thread of `fill.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { extras } from '../sieve-extras.ts';
import { DONE, type FillData, PASS } from './fill-data.ts';

const { control, buffers } = workerData as FillData;
const { PrimeTable, fillPrimeTable } = extras;
if (!PrimeTable || !fillPrimeTable) throw new Error('Cannot fill a table: this sieve has none');

parentPort!.postMessage('ready');
for (const [pass, buffer] of buffers.entries()) {
  Atomics.wait(control, PASS, pass);
  fillPrimeTable(new PrimeTable(buffer));
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}
