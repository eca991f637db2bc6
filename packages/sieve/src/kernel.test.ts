import { int32Bytes, isPrime, referencePrimes, sumOf } from '@concurrent-primes/fixtures';
import fc from 'fast-check';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { MAX_INT32 } from './domain.ts';
import { SEGMENT_BYTES, SEGMENT_COUNT, SEGMENT_SPAN, startOf, WHEEL } from './segment.ts';
import { threadKernel } from './thread-kernel.ts';

const RESIDUES = [1, 7, 11, 13, 17, 19, 23, 29];
const STEP = 32;

const kernel = threadKernel();
const slot = kernel.slots;
const otherSlot = kernel.slots + SEGMENT_BYTES;

/** One byte of the bitmap, by trial division. */
function slowByte(number: number): number {
  return RESIDUES.reduce((bits, residue, bit) => bits | (Number(isPrime(number + residue)) << bit), 0);
}

function bytesAt(at: number, length: number): Buffer {
  return Buffer.from(kernel.memory.slice(at, at + length));
}

function sieveSegment(index: number): Buffer {
  kernel.sieve(index * SEGMENT_BYTES, SEGMENT_BYTES, slot);
  return bytesAt(slot, SEGMENT_BYTES);
}

describe('sieve()', () => {
  it('agrees with trial division in every byte of the first segment', () => {
    const expected = Buffer.from(Array.from({ length: SEGMENT_BYTES }, (_, i) => slowByte(WHEEL * i)));
    expect(sieveSegment(0).equals(expected)).toBe(true);
  });

  it.each([1, 2, 1092, SEGMENT_COUNT - 1])('agrees with trial division at both ends of segment %i', (index) => {
    const bytes = sieveSegment(index);
    for (const i of [0, 1, 2, 3, 16, SEGMENT_BYTES - 17, SEGMENT_BYTES - 3, SEGMENT_BYTES - 2, SEGMENT_BYTES - 1]) {
      expect(bytes[i], `byte ${i}`).toBe(slowByte(startOf(index) + WHEEL * i));
    }
  });

  it('gives the same bytes in any order', () => {
    const inOrder = Array.from({ length: 9 }, (_, i) => sieveSegment(400 + i));
    for (const i of [8, 3, 4, 0, 7, 6, 5, 1, 2, 3, 3, 4, 5])
      expect(sieveSegment(400 + i).equals(inOrder[i]!)).toBe(true);
  });

  it('gives the same bytes in pieces of any size, adjacent or not', () => {
    const random = xoroshiro128plus(7);
    for (const index of [0, 1, 900, SEGMENT_COUNT - 2]) {
      const expected = Buffer.concat([sieveSegment(index), sieveSegment(index + 1)]);
      for (let at = 0; at < expected.length;) {
        const bytes = STEP * Math.min(uniformInt(random, 1, 1024), (expected.length - at) / STEP);
        kernel.sieve(index * SEGMENT_BYTES + at, bytes, slot);
        expect(bytesAt(slot, bytes).equals(expected.subarray(at, at + bytes))).toBe(true);
        at += bytes;
        if (uniformInt(random, 0, 3) === 0) sieveSegment(index);
      }
    }
  });

  it('leaves memory around its target alone', () => {
    kernel.memory.fill(0xaa, slot, slot + 3 * STEP);
    kernel.sieve(STEP * 12_345, STEP, slot + STEP);
    expect(bytesAt(slot, STEP).every((byte) => byte === 0xaa)).toBe(true);
    expect(bytesAt(slot + 2 * STEP, STEP).every((byte) => byte === 0xaa)).toBe(true);
  });
});

describe('sieveNarrow()', () => {
  it('gives the bytes that sieve() gives', () => {
    const random = xoroshiro128plus(99);
    const places = Array.from({ length: 200 }, () =>
      uniformInt(random, 0, (SEGMENT_COUNT * SEGMENT_BYTES) / STEP - 64),
    );
    for (const place of [0, 1, 2, 40, 50, SEGMENT_COUNT * 1024 - 64, ...places]) {
      const bytes = STEP * uniformInt(random, 1, 64);
      kernel.sieve(STEP * place, bytes, slot);
      kernel.sieveNarrow(STEP * place, bytes, otherSlot);
      expect(bytesAt(otherSlot, bytes).equals(bytesAt(slot, bytes)), `${bytes} bytes from ${STEP * place}`).toBe(true);
    }
  });

  it('leaves the state of the sieve alone', () => {
    const expected = sieveSegment(1001);
    sieveSegment(1000);
    kernel.sieveNarrow(0, 2048, otherSlot);
    expect(sieveSegment(1001).equals(expected)).toBe(true);
  });
});

describe('reading a bitmap', () => {
  const start = startOf(3);

  it('count(), sumOffsets() and expand() agree with trial division between any two offsets', () => {
    sieveSegment(3);
    const random = xoroshiro128plus(5);
    for (let i = 0; i < 300; i++) {
      const from = uniformInt(random, 0, SEGMENT_SPAN - 1);
      const to = Math.min(SEGMENT_SPAN - 1, from + uniformInt(random, 0, i % 3 === 0 ? 3000 : 250));
      const expected = referencePrimes(start + from, start + to);
      expect(kernel.count(slot, from, to)).toBe(expected.length);
      expect(kernel.sumOffsets(slot, from, to)).toBe(Number(sumOf(expected)) - start * expected.length);
      const end = kernel.expand(slot, start, from, to, kernel.chunk, kernel.chunk + 4000, 'big');
      expect(bytesAt(kernel.chunk, end - kernel.chunk).equals(int32Bytes(expected))).toBe(true);
      expected.forEach((prime, n) => {
        expect(kernel.select(slot, from, n + 1)).toBe(prime - start);
      });
    }
  });

  it('count() takes all of a segment, of each', () => {
    sieveSegment(0);
    expect(kernel.count(slot, 0, SEGMENT_SPAN - 1)).toBe(referencePrimes(6, SEGMENT_SPAN - 1).length);
  });

  it('expand() writes numbers of the host when asked to', () => {
    sieveSegment(0);
    const end = kernel.expand(slot, 0, 0, 1000, kernel.chunk, kernel.chunk + 4000, 'host');
    const numbers = new Uint32Array(kernel.memory.slice(kernel.chunk, end).buffer);
    expect(Array.from(numbers)).toEqual(referencePrimes(0, 1000));
  });

  it('expand() stops at the limit or up to 320 bytes later', () => {
    sieveSegment(0);
    for (let limit = 4; limit < 3000; limit += 4) {
      const end = kernel.expand(slot, 0, 0, SEGMENT_SPAN - 1, kernel.chunk, kernel.chunk + limit, 'big') - kernel.chunk;
      expect(end).toBeGreaterThanOrEqual(limit);
      expect(end).toBeLessThanOrEqual(limit + 320);
    }
  });

  it('expand() takes bitmaps as dense as can be', () => {
    kernel.memory.fill(0xff, slot, slot + 64);
    const all = Array.from({ length: 64 * WHEEL }, (_, n) => start + n).filter((n) => RESIDUES.includes(n % WHEEL));
    const end = kernel.expand(slot, start, 0, 64 * WHEEL - 1, kernel.chunk, kernel.chunk + 4000, 'big');
    expect(bytesAt(kernel.chunk, end - kernel.chunk).equals(int32Bytes(all))).toBe(true);
  });
});

describe('sumInt32BE()', () => {
  it('is exact for any count and any place', () => {
    const random = xoroshiro128plus(3);
    const numbers = Array.from({ length: 100 }, () => uniformInt(random, 0, MAX_INT32));
    for (let count = 0; count <= numbers.length; count++) {
      const at = kernel.chunk + (count % 5);
      kernel.memory.set(int32Bytes(numbers.slice(0, count)), at);
      expect(kernel.sumInt32BE(at, count)).toBe(sumOf(numbers.slice(0, count)));
    }
  });

  it('is exact when all numbers are as great as can be', () => {
    const count = kernel.chunkBytes / 4;
    kernel.memory.set(int32Bytes(new Array<number>(count).fill(MAX_INT32)), kernel.chunk);
    expect(kernel.sumInt32BE(kernel.chunk, count)).toBe(BigInt(count) * BigInt(MAX_INT32));
  });
});

describe('isPrime()', () => {
  it('agrees with trial division', () => {
    for (let n = 0; n < 10_000; n++) expect(kernel.isPrime(n), String(n)).toBe(isPrime(n));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_INT32 }), (n) => {
        expect(kernel.isPrime(n)).toBe(isPrime(n));
      }),
      { numRuns: 300 },
    );
  });

  // See https://oeis.org/A001262, A006945 and A014233: they pass for base 2, bases 2 and 3, and bases 2, 3 and 5.
  it.each([2047, 3277, 4033, 1_373_653, 25_326_001, 3_215_031_751 - 2 ** 31])(
    'knows a number that is hard: %i',
    (n) => {
      expect(kernel.isPrime(n)).toBe(isPrime(n));
    },
  );
});
