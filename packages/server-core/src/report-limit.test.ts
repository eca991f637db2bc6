import { expect, it } from 'vitest';
import { ReportLimit } from './report-limit.ts';

it('take() permits a burst, then a hundred a second, and counts the rest', () => {
  const limit = new ReportLimit();
  const permits = (count: number, atMs: number): number =>
    Array.from({ length: count }, () => limit.take(atMs)).filter((permit) => permit === 'post').length;
  expect(permits(1000, 5000)).toBe(200);
  expect(limit.takeLeftOut()).toBe(800);
  expect(permits(1000, 6000)).toBe(100);
  expect(permits(1000, 60_000)).toBe(200);
  expect(limit.takeLeftOut()).toBe(1700);
  expect(limit.takeLeftOut()).toBe(0);
});

it('take() asks to tell the main thread once a second', () => {
  const limit = new ReportLimit();
  const told = (atMs: number): boolean =>
    Array.from({ length: 300 }, () => limit.take(atMs)).includes('leave out and tell');
  expect([0, 10, 999, 1000, 1500, 2000].map(told)).toEqual([true, false, false, true, false, true]);
});

it('threads count into the same memory', () => {
  const first = new ReportLimit();
  const second = new ReportLimit(first.memory);
  for (const limit of [first, second]) for (let count = 0; count < 210; count += 1) limit.take(0);
  expect(first.takeLeftOut()).toBe(20);
});
