import { expect, it } from 'vitest';
import { type LimitOptions, type PhaseLimits, phaseLimits } from './phase-limits.ts';

const PHASES: PhaseLimits = {
  idle: { kind: 'idle', timeoutMs: 10, firstTimeoutMs: 5 },
  answer: { kind: 'progress', timeoutMs: 2, leastBytes: 1 },
};

it('phaseLimits() replaces the given limits and keeps the others', () => {
  expect(phaseLimits(PHASES)).toEqual(PHASES);
  expect(phaseLimits(PHASES, { timeoutsMs: { answer: 7, idle: undefined } })).toEqual({
    ...PHASES,
    answer: { kind: 'progress', timeoutMs: 7, leastBytes: 1 },
  });
});

it('phaseLimits() limits the first request by the shorter of two limits', () => {
  const first = (options: LimitOptions): number | undefined => phaseLimits(PHASES, options)['idle']?.firstTimeoutMs;
  expect(first({})).toBe(5);
  expect(first({ firstTimeoutMs: 7 })).toBe(7);
  expect(first({ firstTimeoutMs: 70 })).toBe(10);
  expect(first({ timeoutsMs: { idle: 3 } })).toBe(3);
  expect(phaseLimits({ idle: { kind: 'idle', timeoutMs: 4 } })['idle']?.firstTimeoutMs).toBe(4);
});

it('phaseLimits() turns a rate into the bytes of a time limit, at least one', () => {
  const bytes = (minSendRate: number): number | undefined => phaseLimits(PHASES, { minSendRate })['answer']?.leastBytes;
  expect([0, 100, 10_000, 10_001].map(bytes)).toEqual([1, 1, 20, 21]);
});

it('phaseLimits() throws a RangeError for a wrong first limit or rate', () => {
  expect(() => phaseLimits(PHASES, { firstTimeoutMs: 0 })).toThrow('cannot limit the first request: needs more than 0');
  expect(() => phaseLimits(PHASES, { minSendRate: -1 })).toThrow('needs at least 0 bytes a second, got -1');
});

it.for([0, -1, NaN, Infinity, 1e10])('phaseLimits() throws a RangeError when a limit is %d', (timeoutMs) => {
  expect(() => phaseLimits(PHASES, { timeoutsMs: { answer: timeoutMs } })).toThrow(
    new RangeError(
      `cannot limit the phase answer: needs more than 0 and at most 1000000000 milliseconds, got ${timeoutMs}`,
    ),
  );
});

it('phaseLimits() throws a RangeError when the conversation has no such phase', () => {
  expect(() => phaseLimits(PHASES, { timeoutsMs: { sum: 1 } })).toThrow(
    new RangeError('cannot limit a phase: must be idle, answer, got sum'),
  );
});
