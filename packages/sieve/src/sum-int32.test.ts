import { int32Bytes, referencePrimes, sumOf } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { MAX_INT32 } from './domain.ts';
import { chunkBuffer } from './stream.ts';
import { sumInt32BE } from './sum.ts';

describe('sumInt32BE()', () => {
  it('sums memory of the caller, and the chunk buffer in place', () => {
    const primes = referencePrimes(MAX_INT32 - 5000, MAX_INT32);
    const wire = int32Bytes(primes);
    expect(sumInt32BE(wire)).toBe(sumOf(primes));
    const chunk = chunkBuffer(wire.length + 4);
    chunk.set(wire, 4);
    expect(sumInt32BE(chunk.subarray(4))).toBe(sumOf(primes));
    expect(sumInt32BE(new Uint8Array(0))).toBe(0n);
  });

  it('sums more than the chunk buffer holds', () => {
    const bytes = new Uint8Array(1_000_000).fill(0x7f);
    expect(sumInt32BE(bytes)).toBe(250_000n * 0x7f7f_7f7fn);
  });

  it('throws when the length is no multiple of 4', () => {
    expect(() => sumInt32BE(new Uint8Array(5))).toThrow(
      new RangeError('cannot sum int32: bytes must hold a multiple of 4 bytes, got 5'),
    );
  });
});
