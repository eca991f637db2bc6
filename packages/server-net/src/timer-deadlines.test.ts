import { Waiter } from '@concurrent-primes/server-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TimerDeadlines } from './timer-deadlines.ts';

const LIMITS = {
  idle: { kind: 'idle', timeoutMs: 1000 },
  answer: { kind: 'progress', timeoutMs: 300 },
} as const;

class FakeClient extends Waiter {
  readonly expire = vi.fn();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('wait() expires a client at its limit and not before, once', () => {
  const deadlines = new TimerDeadlines(LIMITS);
  const client = new FakeClient();
  deadlines.wait(client, 'idle');
  vi.advanceTimersByTime(999);
  expect(client.expire).not.toHaveBeenCalled();
  vi.advanceTimersByTime(5000);
  expect(client.expire).toHaveBeenCalledOnce();
});

it('wait() expires each client at its own limit, with one timer', () => {
  const deadlines = new TimerDeadlines(LIMITS);
  const [slow, fast] = [new FakeClient(), new FakeClient()];
  deadlines.wait(slow, 'idle');
  deadlines.wait(fast, 'answer');
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(300);
  expect([fast, slow].map(({ expire }) => expire.mock.calls.length)).toEqual([1, 0]);
  vi.advanceTimersByTime(700);
  expect(slow.expire).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

it('wait() restarts a limit by progress', () => {
  const deadlines = new TimerDeadlines(LIMITS);
  const client = new FakeClient();
  for (let call = 0; call < 4; call += 1) {
    deadlines.wait(client, 'answer');
    vi.advanceTimersByTime(299);
  }
  expect(client.expire).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(client.expire).toHaveBeenCalledOnce();
});

it('stop() ends the limit', () => {
  const deadlines = new TimerDeadlines(LIMITS);
  const client = new FakeClient();
  deadlines.wait(client, 'answer');
  deadlines.stop(client);
  vi.advanceTimersByTime(10_000);
  expect(client.expire).not.toHaveBeenCalled();
});
