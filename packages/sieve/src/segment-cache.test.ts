import { describe, expect, it } from 'vitest';
import { SEGMENT_BYTES, SEGMENT_SPAN, sieveSegment } from './segment.ts';
import { SegmentCache } from './segment-cache.ts';

function sieved(index: number): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_BYTES);
  sieveSegment(index, bytes);
  return bytes;
}

describe('SegmentCache', () => {
  it('get() returns the segment asked for when slots are used again', () => {
    const cache = new SegmentCache(2);
    for (const index of [0, 5, 5, 9, 0, 5, 9, 2184]) {
      const segment = cache.get(index);
      expect(segment.start).toBe(index * SEGMENT_SPAN);
      expect(Buffer.compare(segment.bytes, sieved(index))).toBe(0);
    }
  });

  it('get() does not sieve again when the segment is kept', () => {
    const cache = new SegmentCache(2);
    // A mark that only survives if nothing is sieved over it.
    cache.get(3).bytes[0] = 0;
    cache.get(4);
    expect(cache.get(3).bytes[0]).toBe(0);
  });

  it('get() throws out the segment unused for longest when full', () => {
    const cache = new SegmentCache(2);
    cache.get(3).bytes[0] = 0;
    cache.get(4).bytes[0] = 0;
    cache.get(3);
    cache.get(5);
    expect(cache.get(3).bytes[0]).toBe(0);
    expect(cache.get(4).bytes[0]).toBe(sieved(4)[0]);
  });

  it('peek() finds a kept segment, and keeps none itself', () => {
    const cache = new SegmentCache(1);
    cache.get(3).bytes[0] = 0;
    expect(cache.peek(3).bytes[0]).toBe(0);
    cache.peek(8).bytes[0] = 0;
    expect(cache.peek(9).start).toBe(9 * SEGMENT_SPAN);
    expect(cache.peek(8).bytes[0]).toBe(sieved(8)[0]);
    expect(cache.get(3).bytes[0]).toBe(0);
  });
});
