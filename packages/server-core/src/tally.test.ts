import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { CONNECTION_COUNTERS, Tally } from './tally.ts';

it('add() adds one to its counter only', () => {
  const tally = new Tally(['served', 'probe']);
  tally.add('probe');
  tally.add('probe');
  expect(tally.read()).toEqual({ served: 0, probe: 2 });
  expect([tally.value('served'), tally.value('probe')]).toEqual([0, 2]);
});

it('Tally shares its counters when it gets the memory of another one', () => {
  const tally = new Tally(CONNECTION_COUNTERS);
  const view = new Tally(CONNECTION_COUNTERS, tally.memory);
  tally.add('connections');
  view.add('connections');
  expect(view.read()).toEqual({ connections: 2, 'connections-closed': 0, evicted: 0, 'session-failures': 0 });
  expect(tally.read()).toEqual(view.read());
});

it('add() and value() throw a RangeError when the name is unknown', () => {
  const tally = new Tally(['served', 'probe']);
  const message = new RangeError('cannot count: the name must be served, probe, got serve');
  expect(() => {
    tally.add('serve');
  }).toThrow(message);
  expect(() => tally.value('serve')).toThrow(message);
});

it('add() counts on past 2^32', () => {
  const tally = new Tally(['served', 'probe']);
  new Uint32Array(tally.memory).set([2 ** 32 - 2, 0, 2 ** 32 - 1, 6]);
  for (const name of ['served', 'served', 'served', 'probe']) tally.add(name);
  expect(tally.read()).toEqual({ served: 2 ** 32 + 1, probe: 7 * 2 ** 32 });
});

it('add() loses no count when several threads add at the same time', async () => {
  const names = ['connections', 'served'];
  const tally = new Tally(names);
  const barrier = new SharedArrayBuffer(8);
  const source = `
    const { workerData } = require('node:worker_threads');
    import(workerData.module).then(({ Tally }) => {
      const tally = new Tally(workerData.names, workerData.memory);
      const words = new Int32Array(workerData.barrier);
      // The last thread to arrive starts all, so that they add at the same time.
      if (Atomics.add(words, 0, 1) + 1 === workerData.threads) {
        Atomics.store(words, 1, 1);
        Atomics.notify(words, 1);
      } else Atomics.wait(words, 1, 0);
      for (let i = 0; i < 50_000; i += 1) tally.add('served');
      tally.add('connections');
    });
  `;
  const module = new URL('./tally.ts', import.meta.url).href;
  const threads = 4;
  const workers = Array.from(
    { length: threads },
    () => new Worker(source, { eval: true, workerData: { module, names, memory: tally.memory, barrier, threads } }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  expect(tally.read()).toEqual({ connections: 4, served: 200_000 });
});
