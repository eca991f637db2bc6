import { expect, it } from 'vitest';
import { type PhaseLimits, phaseLimits } from './phase-limits.ts';

const PHASES: PhaseLimits = {
  idle: { kind: 'idle', timeoutMs: 1 },
  answer: { kind: 'progress', timeoutMs: 2 },
};

it('phaseLimits() replaces the given limits and keeps the others', () => {
  expect(phaseLimits(PHASES)).toEqual(PHASES);
  expect(phaseLimits(PHASES, { answer: 7, idle: undefined })).toEqual({
    ...PHASES,
    answer: { kind: 'progress', timeoutMs: 7 },
  });
});

it.for([0, -1, NaN, Infinity, 1e10])('phaseLimits() throws a RangeError when a limit is %d', (timeoutMs) => {
  expect(() => phaseLimits(PHASES, { answer: timeoutMs })).toThrow(
    new RangeError(
      `cannot limit the phase answer: needs more than 0 and at most 1000000000 milliseconds, got ${timeoutMs}`,
    ),
  );
});

it('phaseLimits() throws a RangeError when the conversation has no such phase', () => {
  expect(() => phaseLimits(PHASES, { sum: 1 })).toThrow(
    new RangeError('cannot limit a phase: must be idle, answer, got sum'),
  );
});
