import { afterEach, expect, it, vi } from 'vitest';
import { sinceMs, stampMs } from './queue-clock.ts';

/** Sets the clock of the process, in milliseconds. */
function setClock(timeMs: number): void {
  const time: [number, number] = [Math.floor(timeMs / 1000), (timeMs % 1000) * 1_000_000];
  vi.spyOn(process, 'hrtime').mockReturnValue(time);
}

afterEach(() => {
  vi.restoreAllMocks();
});

it('sinceMs() returns whole milliseconds since stampMs()', () => {
  setClock(5_000.75);
  const stamp = stampMs();
  setClock(14_170.5);
  expect([stamp, sinceMs(stamp)]).toEqual([5_000, 9_170]);
});

it.for([2 ** 31 - 1, 2 ** 32 - 1, 2 ** 40])('sinceMs() is correct when the stamp wraps around at %d ms', (timeMs) => {
  setClock(timeMs);
  const stamp = stampMs();
  setClock(timeMs + 1_234);
  expect([stamp | 0, sinceMs(stamp)]).toEqual([stamp, 1_234]);
});
