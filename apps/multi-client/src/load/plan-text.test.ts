import type { LoadSnapshot } from '@concurrent-primes/load';
import { expect, it } from 'vitest';
import { PLAN } from '../testing/sample-result.ts';
import { liveText } from './plan-text.ts';

const SNAPSHOT: LoadSnapshot = {
  phase: 'measure',
  elapsedMs: 1250,
  requests: 480,
  errors: 3,
  requestsPerSecond: 384.2,
  p99Ms: 12.3,
};

it.each([
  [SNAPSHOT, PLAN, '1.3 of 2 s, 384 requests/s, p99 12.3 ms, 3 failed'],
  [
    SNAPSHOT,
    { ...PLAN, durationMs: undefined, requests: 1000 },
    '480 of 1000 requests, 384 requests/s, p99 12.3 ms, 3 failed',
  ],
  [{ ...SNAPSHOT, phase: 'warmup', elapsedMs: 200 } as const, PLAN, 'warming up, 0.2 of 0.5 s'],
  [{ ...SNAPSHOT, phase: 'drain' } as const, PLAN, 'waiting for the last answers'],
])('liveText() of %j', (snapshot, plan, text) => {
  expect(liveText(snapshot, plan)).toBe(text);
});

it('liveText() fits in 80 columns when the numbers are large', () => {
  const large = { ...SNAPSHOT, elapsedMs: 3_599_900, requestsPerSecond: 1_234_567, p99Ms: 59_000, errors: 100_000_000 };
  expect(liveText(large, { ...PLAN, durationMs: 3_600_000 }).length).toBeLessThan(70);
});
