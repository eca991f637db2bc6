import { expect, it } from 'vitest';
import { DEFAULT_TIME_LIMITS, type TimeLimits, timeLimitMs } from './time-limits.ts';

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
