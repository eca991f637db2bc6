/** A thread that takes places until there is none, and says how many it got. */
import { parentPort, workerData } from 'node:worker_threads';
import { Places } from '../places.ts';

const { limit, memory, start } = workerData as { limit: number; memory: SharedArrayBuffer; start: Int32Array };
const places = new Places(limit, memory);
parentPort!.postMessage('ready');
Atomics.wait(start, 0, 0);
let taken = 0;
while (places.take()) taken += 1;
parentPort!.postMessage(taken);
