import { describe, expect, it } from 'vitest';

import { PrimeReader } from './prime-reader.ts';
import { sumOf } from './test-support.ts';
import { encodePrimes } from './wire.ts';

const PRIMES = [101, 103, 107, 109, 113];
const BYTES = encodePrimes(PRIMES);

describe('PrimeReader', () => {
  it.each([1, 2, 3, 5, 7, 20])('read() gives the primes and their sum when they come in pieces of %d', (size) => {
    const reader = new PrimeReader();
    reader.begin(100, 120);
    const primes: number[] = [];
    for (let at = 0; at < BYTES.length; at += size) {
      reader.read(BYTES.subarray(at, at + size));
      primes.push(...reader.primes);
      expect(reader.bytesRead).toBe(Math.min(at + size, BYTES.length));
    }
    expect(primes).toEqual(PRIMES);
    expect(reader.sum).toBe(sumOf(PRIMES));
    expect(reader.received).toBe(5);
  });

  it('read() sums exactly when the sum passes 2^53', () => {
    // Not primes, which nothing here can tell. All are 1 modulo 4, so that a double that has passed 2^53 rounds down at
    // each of them, and the errors can't cancel out.
    const count = 2 ** 22 + 2 ** 16;
    const first = 2 ** 31 + 1 - 4 * count;
    const bytes = new Uint8Array(4 * count);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < count; i++) view.setInt32(4 * i, first + 4 * i);
    const reader = new PrimeReader();
    reader.begin(2, 2 ** 31 - 1);
    reader.read(bytes);
    const expected = BigInt(count) * BigInt(first + 2 * (count - 1));
    expect(expected).toBeGreaterThan(2n ** 53n);
    expect(reader.sum).toBe(expected);
  });

  it.each([
    [
      'is not above the one before',
      100,
      120,
      [101, 103, 103, 109],
      'needs a prime greater than 103, got 103 as number 3',
    ],
    ['is below the interval', 100, 120, [99, 101], 'needs primes from 100 to 120, got 99 as number 1'],
    ['is above the interval', 100, 120, [101, 121, 103], 'needs primes from 100 to 120, got 121 as number 2'],
    ['is below every prime', -10, 10, [1, 2], 'needs primes from 2 to 10, got 1 as number 1'],
  ])('read() throws at the same number for every split when it %s', (_name, a, b, numbers, message) => {
    const bytes = encodePrimes(numbers);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new PrimeReader();
      reader.begin(a, b);
      const primes: number[] = [];
      expect(() => {
        for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
          try {
            reader.read(part);
          } finally {
            primes.push(...reader.primes);
          }
        }
      }).toThrow(message);
      const good = numbers.slice(0, Number(message.slice(-1)) - 1);
      expect(primes).toEqual(good);
      expect(reader.sum).toBe(sumOf(good));
      expect(reader.received).toBe(good.length);
    }
  });
});
