import { describe, expect, it } from 'vitest';
import { SEGMENT_COUNT, SEGMENT_SPAN, segmentOf, startOf } from './segment.ts';

describe('segmentOf()', () => {
  it('changes at the border, and the last segment holds 2^31 - 1', () => {
    expect(segmentOf(0)).toBe(0);
    expect(segmentOf(SEGMENT_SPAN - 1)).toBe(0);
    expect(segmentOf(SEGMENT_SPAN)).toBe(1);
    expect(segmentOf(2 ** 31 - 1)).toBe(SEGMENT_COUNT - 1);
  });
});

describe('startOf()', () => {
  it('is the first number of the segment', () => {
    for (const index of [0, 1, 2184]) {
      expect(segmentOf(startOf(index))).toBe(index);
      expect(segmentOf(startOf(index) - 1)).toBe(index - 1);
    }
  });
});
