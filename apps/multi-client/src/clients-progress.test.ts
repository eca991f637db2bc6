import { expect, it } from 'vitest';
import { progressText } from './clients-progress.ts';

it('progressText() says how many answers are missing, and how many of them have not begun', () => {
  const progress = { done: 1, begun: 2, primes: 250_000 };
  expect(progressText(progress, 3, 1000)).toBe('waiting for 2 of 3 answers (1 not begun), 250000 primes, 1.0 MB/s');
  expect(progressText({ ...progress, begun: 3 }, 3, 1250)).toBe('waiting for 2 of 3 answers, 250000 primes, 0.8 MB/s');
});

it('progressText() fits in 80 columns when the numbers are large', () => {
  const progress = { done: 20_000, begun: 20_000, primes: 20_000 * 105_097_565 };
  expect(progressText(progress, 20_000, 1000).length).toBeLessThan(80);
});
