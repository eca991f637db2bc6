import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ECHO_MS, firstStopSignal } from './stop-signal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Number of listeners of each signal. Without one, the signal ends the process. */
function listeners(): number[] {
  return SIGNALS.map((name) => process.listenerCount(name));
}

it.for(SIGNALS)('firstStopSignal() resolves with %s, and ignores its echoes for a while', async (name) => {
  const before = listeners();
  const signal = firstStopSignal();
  expect(listeners()).toEqual(before.map((count) => count + 1));
  process.emit(name, name);
  expect(await signal).toBe(name);
  vi.advanceTimersByTime(ECHO_MS - 1);
  expect(listeners()).toEqual(before.map((count) => count + 1));
  vi.advanceTimersByTime(1);
  expect(listeners()).toEqual(before);
});
