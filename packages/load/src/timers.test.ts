import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { Timers } from './timers.ts';

it('Timers runs what is due in the order of time, and nothing else', () => {
  const timers = new Timers();
  const random = xoroshiro128plus(1);
  const times = Array.from({ length: 500 }, () => uniformInt(random, 0, 99));
  const ran: number[] = [];
  for (const atMs of times) timers.add(atMs, () => ran.push(atMs));
  timers.run(49);
  expect(ran).toEqual(times.filter((atMs) => atMs < 50).toSorted((a, b) => a - b));
  expect(timers.nextMs).toBe(Math.min(...times.filter((atMs) => atMs >= 50)));
  timers.run(100);
  expect(ran).toEqual(times.toSorted((a, b) => a - b));
  expect(timers.nextMs).toBe(Infinity);
});

it('Timers runs what a timer adds, if that is due already', () => {
  const timers = new Timers();
  const ran: string[] = [];
  timers.add(1, () => {
    ran.push('first');
    timers.add(2, () => ran.push('due'));
    timers.add(4, () => ran.push('not due'));
  });
  timers.run(3);
  expect(ran).toEqual(['first', 'due']);
});
