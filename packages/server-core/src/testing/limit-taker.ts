/** A thread that takes connections until the limit is reached, and posts how many it got. */
import { parentPort, workerData } from 'node:worker_threads';
import { ConnectionLimit } from '../connection-limit.ts';

const { limit, memory, start } = workerData as { limit: number; memory: SharedArrayBuffer; start: Int32Array };
const connections = new ConnectionLimit(limit, memory);
parentPort!.postMessage('ready');
Atomics.wait(start, 0, 0);
let taken = 0;
while (connections.take()) taken += 1;
parentPort!.postMessage(taken);
