import { describe, expect, it } from 'vitest';
import { activeClients, DueTimes } from './schedule.ts';
import { PLAN } from './testing/sample-plan.ts';

const OPEN = { ...PLAN, model: { kind: 'open', rate: 100, maxClients: 10 } } as const;

describe('DueTimes', () => {
  it('falls due at a constant rate, in the warm-up too', () => {
    const due = new DueTimes({ ...OPEN, warmupMs: 25 });
    expect([0, 1, 2, 3, 4].map((index) => due.at(index))).toEqual([0, 10, 20, 30, 40]);
  });

  it('goes along a ramp: in time t, from t + slope t² / 2 requests', () => {
    const due = new DueTimes({
      ...OPEN,
      model: { ...OPEN.model, rate: 300 },
      durationMs: 10_000,
      ramp: { from: 100, to: 300 },
    });
    // 200 a second on the mean.
    expect(due.at(0)).toBe(0);
    expect(due.at(2000)).toBeCloseTo(10_000, 6);
    expect(due.at(750)).toBeCloseTo(5000, 6); // 100 * 5 + 20 * 25 / 2
  });

  it('begins a ramp behind the warm-up, where it stays at the first rate', () => {
    const due = new DueTimes({ ...OPEN, warmupMs: 1000, durationMs: 1000, ramp: { from: 50, to: 100 } });
    expect(due.at(49)).toBe(980);
    expect(due.at(50)).toBeCloseTo(1000, 6);
    expect(due.at(125)).toBeCloseTo(2000, 6);
  });

  it('never falls due behind a ramp that has gone down to nothing', () => {
    const due = new DueTimes({ ...OPEN, durationMs: 1000, ramp: { from: 100, to: 0 } });
    expect(due.at(50)).toBeCloseTo(1000, 3);
    expect(due.at(51)).toBe(Infinity);
  });
});

describe('activeClients()', () => {
  it('grows by a ramp from the end of the warm-up on, and is unlimited without', () => {
    const plan = { ...PLAN, warmupMs: 100, durationMs: 1000, ramp: { from: 2, to: 12 } };
    expect([0, 100, 600, 1100, 2000].map((atMs) => activeClients(plan, atMs))).toEqual([2, 2, 7, 12, 12]);
    expect(activeClients(PLAN, 0)).toBe(Infinity);
  });
});
