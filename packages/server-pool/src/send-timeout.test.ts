import type { PhaseLimits } from '@concurrent-primes/server-core';
import { describe, expect, it } from 'vitest';
import { SendTimeout, inheritedSendTimeoutMs } from './send-timeout.ts';

const LIMITS: PhaseLimits = {
  idle: { kind: 'idle', timeoutMs: 10 },
  answer: { kind: 'progress', timeoutMs: 800, leastBytes: 10 },
  farewell: { kind: 'whole', timeoutMs: 200 },
};

/** A timeout of a client whose clock and progress the test sets. */
function scene() {
  const client = { takenBytes: 0 };
  const clock = { nowMs: 1000 };
  const timeout = new SendTimeout(client, LIMITS, () => clock.nowMs);
  return {
    timeout,
    /** One `send`; returns whether the limit has passed. */
    send: (tookMs: number, bytes: number, phase = 'answer'): boolean => {
      timeout.begin();
      clock.nowMs += tookMs;
      client.takenBytes += bytes;
      return timeout.passed(phase);
    },
  };
}

describe('inheritedSendTimeoutMs', () => {
  it('inheritedSendTimeoutMs() is a part of the limit', () => {
    expect(inheritedSendTimeoutMs(LIMITS)).toBe(100);
  });
});

describe('SendTimeout', () => {
  it('passes when nothing was taken for as long as the limit, although bytes were taken before', () => {
    const { send } = scene();
    expect(send(100, 10)).toBe(false);
    for (let part = 1; part < 8; part += 1) expect(send(100, 0)).toBe(false);
    expect(send(100, 0)).toBe(true);
  });

  it('starts again after enough progress, and not after less', () => {
    const { send } = scene();
    expect(send(700, 9)).toBe(false);
    expect(send(99, 1)).toBe(false);
    expect(send(799, 9)).toBe(false);
    expect(send(1, 0)).toBe(true);
  });

  it('starts again with the next answer', () => {
    const { send, timeout } = scene();
    expect(send(799, 0)).toBe(false);
    timeout.end();
    expect(send(799, 0)).toBe(false);
  });

  it('limits a refusal as a whole', () => {
    const { send } = scene();
    expect(send(199, 4000, 'farewell')).toBe(false);
    expect(send(1, 4000, 'farewell')).toBe(true);
  });
});
