import type { LoadSnapshot } from '@concurrent-primes/load';
import { describe, expect, it } from 'vitest';
import type { Turn } from './compare-measure.ts';
import { estimateText, progressText } from './compare-progress.ts';
import { madeUpScenario } from '../testing/made-up-comparison.ts';

const TURN: Turn = { round: 2, rounds: 3, server: 'pool:5', done: 5, all: 12, snapshot: undefined };
const SNAPSHOT: LoadSnapshot = {
  phase: 'measure',
  elapsedMs: 800,
  requests: 9000,
  errors: 0,
  requestsPerSecond: 11_234,
  p99Ms: 2.1,
};

function textOf(snapshot?: LoadSnapshot): string {
  return progressText({ ...TURN, snapshot });
}

describe('progressText()', () => {
  it('describes the turn and its metrics', () => {
    expect(textOf()).toBe('[6/12] round 2 of 3, pool:5: starting');
    expect(textOf({ ...SNAPSHOT, phase: 'warmup' })).toBe('[6/12] round 2 of 3, pool:5: warming up');
    expect(textOf(SNAPSHOT)).toBe('[6/12] round 2 of 3, pool:5: 11,234 requests/s, p99 2.10 ms');
    expect(textOf({ ...SNAPSHOT, phase: 'drain', errors: 3 })).toContain('p99 2.10 ms, 3 failed');
  });
});

describe('estimateText()', () => {
  it('computes the length of the run from turns and their times', () => {
    expect(estimateText(madeUpScenario({ rounds: 3, seconds: 2, warmupSeconds: 1 }), 5)).toBe(
      'this takes about 60 s: 15 turns of 1 s warm-up and 2 s',
    );
  });
});
