/**
 * What the events cost: each server writes them always, for viewers, and is compared with itself without them
 * (`--no-trace`).
 */
import { flagCostBenchmark } from './flag-cost.ts';

/** Makes the benchmark `trace`. */
export const makeTraceBenchmark = flagCostBenchmark({
  what: 'events',
  ours: { flags: [] },
  peer: { flags: ['--no-trace'] },
  limits: { atMost: 1.02 },
});
