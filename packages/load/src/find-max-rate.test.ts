import { describe, expect, it } from 'vitest';
import { PLAN } from './testing/sample-plan.ts';
import { loadResult } from './testing/sample-result.ts';
import { parseCondition } from './condition.ts';
import { findMaxRate, type Trial } from './find-max-rate.ts';
import type { LoadPlan } from './load-plan.ts';
import type { LoadResult } from './load-result.ts';

const OPEN: LoadPlan = { ...PLAN, model: { kind: 'open', rate: 1, maxClients: 100 } };
const GOAL = parseCondition('p99<20ms');

/** A server that serves this many requests a second; its latency is that of a queue. */
function server(
  capacity: number,
  errors: Readonly<Record<string, number>> = {},
): (plan: LoadPlan) => Promise<LoadResult> {
  return ({ model }) => {
    const asked = model.kind === 'open' ? model.rate : 0;
    const rate = Math.min(asked, capacity);
    const p99Ms = asked < capacity ? 4000 / (capacity - asked) : 1000;
    return Promise.resolve(loadResult({ p99Ms, requests: rate, errors, unfinished: 0, rate }));
  };
}

describe('findMaxRate()', () => {
  it('finds the highest rate that holds the goal, and the knee before it', async () => {
    const trials: Trial[] = [];
    const found = await findMaxRate(OPEN, GOAL, { run: server(10_000), onTrial: (trial) => trials.push(trial) });
    // p99 = 4000 / (10 000 - rate) < 20 up to 9800.
    expect(found.best).toBeGreaterThan(9300);
    expect(found.best).toBeLessThan(9800);
    expect(found.trials).toEqual(trials);
    const rates = found.curve.map(({ rate }) => rate);
    expect(rates).toEqual([...new Set(trials.map(({ rate }) => rate))].sort((one, other) => one - other));
    expect(trials.filter(({ good }) => good).every(({ result }) => result.latency.done.p99Ms < 20)).toBe(true);
    expect(found.knee).toBeGreaterThan(1000);
    expect(found.knee).toBeLessThan(10_000);
  });

  it('does not take a rate for good that was not reached, though its latency is', async () => {
    const run = async (plan: LoadPlan): Promise<LoadResult> => ({
      ...(await server(Infinity)(plan)),
      requestsPerSecond: Math.min(2500, plan.model.kind === 'open' ? plan.model.rate : 0),
    });
    const { best } = await findMaxRate(OPEN, GOAL, { run });
    expect(best).toBeLessThan(2500 / 0.95);
  });

  it('finds none when requests fail', async () => {
    expect((await findMaxRate(OPEN, GOAL, { run: server(1e6, { reset: 1 }) })).best).toBeUndefined();
  });

  it('finds no knee when no rate holds the goal, though the curve bends', async () => {
    const { curve, best, knee } = await findMaxRate(OPEN, parseCondition('p99<1ms'), { run: server(1000) });
    // 4000 / (1000 - rate) is above 4 ms everywhere.
    expect(curve.length).toBeGreaterThan(3);
    expect({ best, knee }).toEqual({ best: undefined, knee: undefined });
  });

  it('returns what it knows when it is interrupted', async () => {
    const abort = new AbortController();
    const onTrial = ({ rate }: Trial): void => {
      if (rate > 3000) abort.abort();
    };
    const found = await findMaxRate(OPEN, GOAL, { run: server(1e6), onTrial, signal: abort.signal });
    expect(found).toMatchObject({ best: 4000, trials: [{ rate: 1000 }, { rate: 2000 }, { rate: 4000 }] });
  });

  it('needs an open loop', async () => {
    await expect(findMaxRate(PLAN, GOAL)).rejects.toThrow('the loop must be open, got a closed one');
  });
});
