/**
 * Loaded into a server with `--import`: a thread fills its memory. `EXHAUST` has the name of the thread and when: at its
 * `start`, or when it first `waits` for work.
 */
import { workerData } from 'node:worker_threads';

const [thread, moment] = (process.env['EXHAUST'] ?? '').split(' ');
const { name } = (workerData ?? {}) as { readonly name?: string };

function exhaust(): never {
  const all: number[][] = [];
  for (;;) all.push(new Array<number>(100_000).fill(all.length));
}

if (name !== undefined && name === thread) {
  if (moment === 'start') exhaust();
  Atomics.wait = exhaust;
}
