import { expect, it } from 'vitest';
import { BusyNotice } from './busy-notice.ts';

const BUSY = { hasIdleTaker: false, length: 1 };

function noticesOf(threads: number) {
  const said: string[] = [];
  const notice = new BusyNotice(threads, (text) => said.push(text));
  return { notice, said };
}

it.for([
  { hasIdleTaker: true, length: 3 },
  { hasIdleTaker: false, length: 0 },
])('beforePut() sends no notice when a thread may be free: %j', (queue) => {
  const { notice, said } = noticesOf(2);
  notice.beforePut(queue, 0);
  expect(said).toEqual([]);
});

it('beforePut() sends a notice when all threads are busy, and repeats it after 10 s with the time', () => {
  const { notice, said } = noticesOf(2);
  for (const nowMs of [0, 1, 9_999, 10_000]) notice.beforePut({ ...BUSY, length: 4 }, nowMs);
  expect(said).toEqual([
    'all 2 threads are busy: 5 clients wait in the queue',
    'all 2 threads are busy for 10 s: 5 clients wait in the queue',
  ]);
});

it('beforePut() measures again when a thread was free in between', () => {
  const { notice, said } = noticesOf(1);
  notice.beforePut(BUSY, 0);
  notice.beforePut({ hasIdleTaker: true, length: 0 }, 15_000);
  notice.beforePut(BUSY, 20_000);
  expect(said.at(-1)).toBe('the one thread is busy: 2 clients wait in the queue');
});

it('beforePut() measures correctly when the clock wraps around', () => {
  const { notice, said } = noticesOf(2);
  notice.beforePut(BUSY, 2 ** 31 - 1);
  notice.beforePut(BUSY, (2 ** 31 - 1 + 12_000) | 0);
  expect(said.at(-1)).toContain('busy for 12 s');
});
