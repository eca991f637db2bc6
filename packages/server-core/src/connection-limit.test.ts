import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ConnectionLimit } from './connection-limit.ts';

describe('ConnectionLimit', () => {
  it('take() is true until the limit is reached, and again after release()', () => {
    const connections = new ConnectionLimit(2);
    expect([connections.take(), connections.take(), connections.take()]).toEqual([true, true, false]);
    connections.release();
    expect([connections.take(), connections.take()]).toEqual([true, false]);
  });

  it('take() is always true when there is no limit', () => {
    const connections = new ConnectionLimit(Infinity);
    for (let client = 0; client < 10_000; client += 1) expect(connections.take()).toBe(true);
  });

  it('take() gives the last connection to one thread only', async () => {
    const limit = 1000;
    const connections = new ConnectionLimit(limit);
    const start = new Int32Array(new SharedArrayBuffer(4));
    const entry = new URL('./testing/limit-taker.ts', import.meta.url);
    const workers = Array.from(
      { length: 3 },
      () => new Worker(entry, { workerData: { limit, memory: connections.memory, start } }),
    );
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const taken = workers.map(async (worker) => (await once(worker, 'message'))[0] as number);
    Atomics.store(start, 0, 1);
    Atomics.notify(start, 0);
    expect((await Promise.all(taken)).reduce((sum, count) => sum + count)).toBe(limit);
    expect(connections.take()).toBe(false);
  });
});
