import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { CUT, Control, DRAIN, RUN } from './control.ts';

it('order is RUN until an order is given, in every view of the same memory', () => {
  const control = new Control();
  const view = new Control(control.memory);
  expect([control.order, view.order]).toEqual([RUN, RUN]);
  for (const order of [DRAIN, CUT] as const) {
    control.give(order);
    expect([control.order, view.order]).toEqual([order, order]);
  }
});

it('RUN, DRAIN and CUT ascend, so that the larger one is the later one', () => {
  expect([CUT, RUN, DRAIN].sort()).toEqual([RUN, DRAIN, CUT]);
});

it('pause() returns after the timeout when there is no order', () => {
  const control = new Control();
  const beganMs = performance.now();
  control.pause(5);
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(4);
});

it('pause() does not wait when an order was given', () => {
  const control = new Control();
  control.give(DRAIN);
  const beganMs = performance.now();
  control.pause(60_000);
  expect(performance.now() - beganMs).toBeLessThan(30_000);
});

it('after() resolves with the next order, immediately if it was given before', async () => {
  const control = new Control();
  const next = control.after(RUN);
  control.give(DRAIN);
  expect(await next).toBe(DRAIN);
  expect(await control.after(RUN)).toBe(DRAIN);
});

it('give() ends pause() in another thread', async () => {
  const control = new Control();
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ Control }) => {
      const control = new Control(workerData.memory);
      parentPort.postMessage('about to pause');
      control.pause(60_000);
      parentPort.postMessage(control.order);
    });
  `;
  const module = new URL('./control.ts', import.meta.url).href;
  const worker = new Worker(source, { eval: true, workerData: { module, memory: control.memory } });
  await once(worker, 'message');
  control.give(DRAIN);
  expect(await once(worker, 'message')).toEqual([DRAIN]);
});

it('leave() is seen in every view, gives no order, and wakes a thread that waits for one', async () => {
  const control = new Control();
  const view = new Control(control.memory);
  const next = view.after(RUN);
  expect([control.leaving, view.leaving]).toEqual([false, false]);
  control.leave();
  expect(await next).toBe(RUN);
  expect([control.leaving, view.leaving]).toEqual([true, true]);
});
