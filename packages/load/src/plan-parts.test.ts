import { describe, expect, it } from 'vitest';
import { PLAN } from './testing/sample-plan.ts';
import { checkPlan, goodClients, maxConnections, partsOf } from './plan-parts.ts';
import type { LoadPlan } from './load-plan.ts';

const TEN: LoadPlan = { ...PLAN, model: { kind: 'closed', clients: 10 } };

describe('checkPlan()', () => {
  it('takes a plan that makes sense', () => {
    expect(() => {
      checkPlan({ ...TEN, ramp: { from: 1, to: 9 }, with: [{ name: 'slow-reader', share: 0.1 }], timelineMs: 300 });
    }).not.toThrow();
  });

  it.each<[Partial<LoadPlan>, string]>([
    [{ port: 0 }, 'port must be an integer from 1 to 65535, got 0'],
    [{ threads: 1.5 }, 'threads must be an integer of at least 1, got 1.5'],
    [{ seed: -1 }, 'seed must be an integer from 0 to 4294967295, got -1'],
    [{ warmupMs: -1 }, 'warmupMs must be 0 or more, got -1'],
    [{ model: { kind: 'closed', clients: 0 } }, 'clients must be an integer of at least 1, got 0'],
    [{ model: { kind: 'open', rate: 0, maxClients: 1 } }, 'rate must be above 0, got 0'],
    [{ model: { kind: 'open', rate: 1, maxClients: 0 } }, 'maxClients must be an integer of at least 1, got 0'],
    [{ durationMs: 0 }, 'durationMs must be above 0, got 0'],
    [{ durationMs: undefined }, 'durationMs must be given, or requests'],
    [{ requests: 0 }, 'requests must be an integer of at least 1, got 0'],
    [{ keepAlive: true, sendSum: false }, 'sendSum must be true with keepAlive'],
    [{ timeoutMs: 0 }, 'timeoutMs must be above 0'],
    [{ drainMs: -1 }, 'drainMs must be 0 or more'],
    [{ timelineMs: 150 }, 'timelineMs must be a multiple of 100, got 150'],
    [{ with: [{ name: 'lion', share: 0.1 }] }, 'its name must be one of connect-only, '],
    [{ with: [{ name: 'flood', share: 1 }] }, 'share of flood must be above 0 and below 1, got 1'],
    [
      {
        with: [
          { name: 'flood', share: 0.5 },
          { name: 'silent', share: 0.5 },
        ],
      },
      'with must leave at least one good client, got 0',
    ],
    [{ ramp: { from: 1, to: 11 } }, 'ramp must stay between 0 and 10, got 11'],
    [{ ramp: { from: 0.5, to: 2 } }, 'ramp must be an integer of at least 0, got 0.5'],
    [{ ramp: { from: 0, to: 0 } }, 'ramp must not be 0 all the time'],
    [{ ramp: { from: 0, to: 1 }, durationMs: undefined, requests: 1 }, 'ramp needs durationMs'],
    [{ intervals: { kind: 'fixed', interval: [0, 2 ** 31] } }, 'fixed: bounds must be int32'],
  ])('refuses %j', (changes, message) => {
    expect(() => {
      checkPlan({ ...TEN, ...changes });
    }).toThrow(message);
  });
});

it('maxConnections() counts those of a flood', () => {
  expect(maxConnections(TEN)).toBe(10);
  expect(maxConnections({ ...TEN, with: [{ name: 'flood', share: 0.2 }] })).toBe(8 + 2 * 50);
});

describe('partsOf()', () => {
  it.each([1, 2, 3, 4, 7])('deals everything out to %d threads, and nothing twice', (threads) => {
    const plan: LoadPlan = {
      ...TEN,
      threads,
      requests: 1000,
      with: [
        { name: 'slow-reader', share: 0.2 },
        { name: 'silent', share: 0.01 },
      ],
    };
    const parts = partsOf(plan);
    expect(goodClients(plan)).toBe(7);
    expect(parts.length).toBe(threads);
    expect(parts.flatMap((part) => part.goodClients).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(parts.flatMap((part) => part.misbehaving).toSorted()).toEqual(['silent', 'slow-reader', 'slow-reader']);
    expect(parts.reduce((sum, part) => sum + part.requests!, 0)).toBe(1000);
    expect(parts.map(({ first, stride }) => [first, stride])).toEqual(parts.map((_, i) => [i, threads]));
    const sizes = parts.map((part) => part.goodClients.length + part.misbehaving.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('uses no more threads than there are good clients', () => {
    expect(partsOf({ ...TEN, threads: 16 }).length).toBe(10);
  });
});
