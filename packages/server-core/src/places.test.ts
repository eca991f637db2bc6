import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Places } from './places.ts';

describe('Places', () => {
  it('take() is true as often as there are places, and again when somebody has left', () => {
    const places = new Places(2);
    expect([places.take(), places.take(), places.take()]).toEqual([true, true, false]);
    places.leave();
    expect([places.take(), places.take()]).toEqual([true, false]);
  });

  it('take() is always true when there is no limit', () => {
    const places = new Places(Infinity);
    for (let client = 0; client < 10_000; client += 1) expect(places.take()).toBe(true);
  });

  it('take() gives each place to one thread only', async () => {
    const limit = 1000;
    const places = new Places(limit);
    const start = new Int32Array(new SharedArrayBuffer(4));
    const entry = new URL('./testing/place-taker.ts', import.meta.url);
    const workers = Array.from(
      { length: 3 },
      () => new Worker(entry, { workerData: { limit, memory: places.memory, start } }),
    );
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const taken = workers.map(async (worker) => (await once(worker, 'message'))[0] as number);
    Atomics.store(start, 0, 1);
    Atomics.notify(start, 0);
    expect((await Promise.all(taken)).reduce((sum, count) => sum + count)).toBe(limit);
    expect(places.take()).toBe(false);
  });
});
