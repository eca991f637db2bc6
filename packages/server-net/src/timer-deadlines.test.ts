import { Waiter } from '@concurrent-primes/server-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TimerDeadlines } from './timer-deadlines.ts';

const LIMITS = {
  idle: { kind: 'idle', timeoutMs: 1000 },
  answer: { kind: 'progress', timeoutMs: 300 },
} as const;

class FakeClient extends Waiter {
  readonly expire = vi.fn();
  readonly evict = vi.fn();
}

/** A client that has had an exchange, and waits in a phase. */
const waitsIn = (phase: string, takenBytes = 0) => ({ phase, exchanges: 1, takenBytes });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('wait() expires a client at its limit and not before, once', () => {
  const deadlines = new TimerDeadlines(LIMITS);
  const client = new FakeClient();
  deadlines.wait(client, waitsIn('idle'));
  vi.advanceTimersByTime(999);
  expect(client.expire).not.toHaveBeenCalled();
  vi.advanceTimersByTime(5000);
  expect(client.expire).toHaveBeenCalledOnce();
});

it('wait() expires each client at its own limit, with one timer', () => {
  const deadlines = new TimerDeadlines(LIMITS);
  const [slow, fast] = [new FakeClient(), new FakeClient()];
  deadlines.wait(slow, waitsIn('idle'));
  deadlines.wait(fast, waitsIn('answer'));
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
    deadlines.wait(client, waitsIn('answer', call));
    vi.advanceTimersByTime(299);
  }
  expect(client.expire).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(client.expire).toHaveBeenCalledOnce();
});

it('stop() ends the limit', () => {
  const deadlines = new TimerDeadlines(LIMITS);
  const client = new FakeClient();
  deadlines.wait(client, waitsIn('answer'));
  deadlines.stop(client);
  vi.advanceTimersByTime(10_000);
  expect(client.expire).not.toHaveBeenCalled();
});

it('makeRoom() lets the client go that has been idle longest', () => {
  const deadlines = new TimerDeadlines(LIMITS);
  const clients = [new FakeClient(), new FakeClient(), new FakeClient()];
  deadlines.wait(clients[0]!, waitsIn('answer'));
  vi.advanceTimersByTime(100);
  for (const client of clients.slice(1)) {
    deadlines.wait(client, waitsIn('idle'));
    vi.advanceTimersByTime(100);
  }
  expect(deadlines.makeRoom(201)).toBe(false);
  expect(deadlines.makeRoom(200)).toBe(true);
  expect(clients.map(({ evict }) => evict.mock.calls.length)).toEqual([0, 1, 0]);
});
