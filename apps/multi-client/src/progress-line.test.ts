import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressLine, progressText } from './progress-line.ts';

describe('ProgressLine', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes nothing when the run is short', () => {
    const written: string[] = [];
    const line = new ProgressLine((text) => written.push(text), { done: 0, primes: 0 }, 1);
    vi.advanceTimersByTime(999);
    line.stop();
    vi.advanceTimersByTime(5000);
    expect(written).toEqual([]);
  });

  it('rewrites one line while the run lasts, and erases it when stopped', () => {
    const written: string[] = [];
    const progress = { done: 0, primes: 250_000 };
    const line = new ProgressLine((text) => written.push(text), progress, 3);
    vi.advanceTimersByTime(1000);
    progress.done = 2;
    vi.advanceTimersByTime(200);
    line.stop();
    expect(written).toEqual([
      '\r\u001B[K0 of 3 clients done, 250000 primes, 1.0 MB/s',
      '\r\u001B[K2 of 3 clients done, 250000 primes, 0.8 MB/s',
      '\r\u001B[K',
    ]);
  });
});

it('progressText() fits in 80 columns when the numbers are large', () => {
  const text = progressText({ done: 20_000, primes: 20_000 * 105_097_565 }, 20_000, 1000);
  expect(text.length).toBeLessThan(80);
});
