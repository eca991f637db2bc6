import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ECHO_MS, firstStopSignal, onReportSignal } from './stop-signal.ts';

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
  const signal = firstStopSignal({ cut: () => undefined, hasTerminal: false });
  expect(listeners()).toEqual(before.map((count) => count + 1));
  process.emit(name, name);
  expect(await signal).toBe(name);
  vi.advanceTimersByTime(ECHO_MS - 1);
  expect(listeners()).toEqual(before.map((count) => count + 1));
  vi.advanceTimersByTime(1);
  expect(listeners()).toEqual(before);
});

it('firstStopSignal() cuts at the second signal where signals have no default effect', async () => {
  const cut = vi.fn();
  const signal = firstStopSignal({ cut, pid: 1, hasTerminal: false });
  process.emit('SIGTERM', 'SIGTERM');
  await signal;
  process.emit('SIGTERM', 'SIGTERM');
  expect(cut).not.toHaveBeenCalled();
  vi.advanceTimersByTime(ECHO_MS);
  process.emit('SIGTERM', 'SIGTERM');
  expect(cut).toHaveBeenCalledOnce();
  process.removeAllListeners('SIGINT');
});

it('firstStopSignal() resolves with SIGHUP of its terminal; without one it goes on', async () => {
  const signal = firstStopSignal({ cut: () => undefined, hasTerminal: true });
  process.emit('SIGHUP', 'SIGHUP');
  expect(await signal).toBe('SIGHUP');
  vi.advanceTimersByTime(ECHO_MS);
  void firstStopSignal({ cut: () => undefined, hasTerminal: false });
  expect(process.listenerCount('SIGHUP')).toBeGreaterThan(0);
  process.emit('SIGTERM', 'SIGTERM');
});

it('onReportSignal() calls back until it is ended', () => {
  const report = vi.fn();
  const ended = new AbortController();
  onReportSignal(report, ended.signal);
  process.emit('SIGUSR1', 'SIGUSR1');
  ended.abort();
  expect(process.listenerCount('SIGUSR1')).toBe(0);
  expect(report).toHaveBeenCalledOnce();
});
