import { describe, expect, it } from 'vitest';
import { SEGMENT_BYTES, SEGMENT_COUNT, SEGMENT_SPAN, segmentOf, sieveSegment } from './segment.ts';
import { slowIsPrime } from './testing/reference.ts';
import { RESIDUES, WHEEL } from './wheel.ts';

function sieved(index: number): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_BYTES);
  sieveSegment(index, bytes);
  return bytes;
}

/** One byte of the bitmap, by trial division. */
function slowByte(number: number): number {
  return RESIDUES.reduce((bits, residue, bit) => bits | (Number(slowIsPrime(number + residue)) << bit), 0);
}

describe('sieveSegment()', () => {
  it('agrees with trial division in every byte of the first segment', () => {
    const expected = Uint8Array.from({ length: SEGMENT_BYTES }, (_, i) => slowByte(WHEEL * i));
    expect(Buffer.compare(sieved(0), expected)).toBe(0);
  });

  it.each([1, 2, 1092, SEGMENT_COUNT - 1])('agrees with trial division at both ends of segment %i', (index) => {
    const bytes = sieved(index);
    for (const i of [0, 1, 2, 3, 16, SEGMENT_BYTES - 17, SEGMENT_BYTES - 3, SEGMENT_BYTES - 2, SEGMENT_BYTES - 1]) {
      expect(bytes[i], `byte ${i}`).toBe(slowByte(index * SEGMENT_SPAN + WHEEL * i));
    }
  });

  it('leaves nothing of a segment sieved before', () => {
    const expected = sieved(7);
    const bytes = sieved(2000);
    sieveSegment(7, bytes);
    expect(Buffer.compare(bytes, expected)).toBe(0);
  });
});

describe('segmentOf()', () => {
  it('changes at the border, and the last segment holds 2^31 - 1', () => {
    expect(segmentOf(0)).toBe(0);
    expect(segmentOf(SEGMENT_SPAN - 1)).toBe(0);
    expect(segmentOf(SEGMENT_SPAN)).toBe(1);
    expect(segmentOf(2 ** 31 - 1)).toBe(SEGMENT_COUNT - 1);
  });
});
