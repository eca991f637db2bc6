/** A worker thread that fills a table, with others, and ends. */
import { workerData } from 'node:worker_threads';
import { fillPrimeTable } from './fill-table.ts';
import { PrimeTable } from './prime-table.ts';

fillPrimeTable(new PrimeTable(workerData as SharedArrayBuffer));
