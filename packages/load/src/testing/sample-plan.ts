import type { LoadPlan } from '../load-plan.ts';

/** One client that asks for [0, 10] for a second, to be changed by a test. */
export const PLAN: LoadPlan = {
  host: '127.0.0.1',
  port: 65_432,
  model: { kind: 'closed', clients: 1 },
  threads: 1,
  durationMs: 1000,
  warmupMs: 0,
  seed: 1,
  intervals: { kind: 'fixed', interval: [0, 10] },
  keepAlive: false,
  greeting: false,
  sendSum: true,
  with: [],
};
