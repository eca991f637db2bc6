import { describe, expect, it } from 'vitest';
import { fairShare } from './fairness-benchmark.ts';

describe('fairShare()', () => {
  it('is two turns of 65 sends of a quantum', () => {
    // 65,536 bytes at 65.536 MB/s are one millisecond.
    expect(fairShare(65_536_000)).toBeCloseTo(2 * 65, 9);
  });
});
