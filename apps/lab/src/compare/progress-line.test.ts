import type { LoadSnapshot } from '@concurrent-primes/load';
import { describe, expect, it } from 'vitest';
import type { Turn } from './measure.ts';
import { ProgressLine, progressText } from './progress-line.ts';

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
  return progressText({ ...TURN, snapshot }).replaceAll('\u00A0', ' ');
}

describe('progressText()', () => {
  it('tells the turn, and how it goes', () => {
    expect(textOf()).toBe('[6/12] round 2 of 3, pool:5: starting');
    expect(textOf({ ...SNAPSHOT, phase: 'warmup' })).toBe('[6/12] round 2 of 3, pool:5: warming up');
    expect(textOf(SNAPSHOT)).toBe('[6/12] round 2 of 3, pool:5: 11,234 requests/s, p99 2.10 ms');
    expect(textOf({ ...SNAPSHOT, phase: 'drain', errors: 3 })).toContain('p99 2.10 ms, 3 failed');
  });
});

describe('ProgressLine', () => {
  it('erases before it writes, and never fills the last column', () => {
    let written = '';
    const line = new ProgressLine((text) => (written += text));
    line.show({ ...TURN, server: 'x'.repeat(100) });
    expect(written.startsWith('\r\u001B[K[6/12] round')).toBe(true);
    expect(written).toHaveLength('\r\u001B[K'.length + 79);
    line.clear();
    expect(written.endsWith('\r\u001B[K')).toBe(true);
  });
});
