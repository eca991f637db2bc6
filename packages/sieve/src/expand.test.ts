import { describe, expect, it } from 'vitest';
import { expand } from './expand.ts';
import { SegmentCache } from './segment-cache.ts';
import { toWire } from './testing/reference.ts';

const segment = new SegmentCache(1).get(0);
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47];

describe('expand()', () => {
  it('writes all bytes but the skipped ones, for any length of target', () => {
    for (let first = 0; first < PRIMES.length; first++) {
      const wire = toWire(PRIMES.slice(first));
      for (let skip = 0; skip < 4; skip++) {
        for (let length = 1; length <= wire.length - skip; length++) {
          const target = new Uint8Array(length);
          const end = expand(segment, PRIMES[first]!, 50, target, skip);
          expect(target).toEqual(wire.subarray(skip, skip + length));
          expect(end).toBe(Math.ceil((skip + length) / 4) * 4 - skip);
        }
      }
    }
  });

  it('leaves memory around the target alone', () => {
    const memory = new Uint8Array(12).fill(0xaa);
    expand(segment, 3, 50, memory.subarray(3, 8), 2);
    expect(Array.from(memory)).toEqual([0xaa, 0xaa, 0xaa, 0, 3, 0, 0, 0, 0xaa, 0xaa, 0xaa, 0xaa]);
  });

  it('returns 0 when the interval holds no primes', () => {
    expect(expand(segment, 24, 28, new Uint8Array(8), 0)).toBe(0);
  });
});
