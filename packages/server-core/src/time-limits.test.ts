import { expect, it } from 'vitest';
import { DEFAULT_TIME_LIMITS, completeLimits, type TimeLimits, timeLimitMs } from './time-limits.ts';

const LIMITS: TimeLimits = {
  idleTimeoutMs: 1,
  requestTimeoutMs: 2,
  sendTimeoutMs: 3,
  sumTimeoutMs: 4,
  farewellTimeoutMs: 5,
};

it.for([
  ['idle', 1],
  ['request', 2],
  ['answer', 3],
  ['sum', 4],
  ['farewell', 5],
] as const)('timeLimitMs() gives the limit of its own when the phase is %s', ([phase, limitMs]) => {
  expect(timeLimitMs(LIMITS, phase)).toBe(limitMs);
});

it('DEFAULT_TIME_LIMITS bounds every wait, within what a socket option of the kernel can hold', () => {
  for (const limitMs of Object.values(DEFAULT_TIME_LIMITS)) {
    expect(limitMs).toBeGreaterThan(0);
    expect(limitMs).toBeLessThan(2 ** 31);
  }
});

it('completeLimits() takes what is given and the default for the rest', () => {
  expect(completeLimits({ sumTimeoutMs: 7 })).toEqual({ ...DEFAULT_TIME_LIMITS, sumTimeoutMs: 7 });
});

it.for([0, -1, NaN, Infinity, 1e10])('completeLimits() throws a RangeError when a limit is %d', (limitMs) => {
  expect(() => completeLimits({ sendTimeoutMs: limitMs })).toThrow(
    new RangeError(`sendTimeoutMs must be more than 0 and at most 1000000000 milliseconds, got ${limitMs}`),
  );
});
