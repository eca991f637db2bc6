import { int32Bytes, referencePrimes } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { primeBytes, primeChunks } from './chunks.ts';
import { MAX_INT32 } from './domain.ts';
import { SEGMENT_SPAN } from './segment.ts';
import { EDGE_INTERVALS } from './testing/edge-intervals.ts';

describe('primeChunks()', () => {
  it.each(EDGE_INTERVALS)('lists [%i, %i] as trial division does', (a, b) => {
    expect([...primeChunks(a, b)].flatMap((chunk) => [...chunk])).toEqual(referencePrimes(Math.max(a, 0), b));
  });

  it('lists the same in chunks of any length, none of them empty or longer', () => {
    const [a, b] = [SEGMENT_SPAN - 500, SEGMENT_SPAN + 500];
    for (const length of [1, 2, 3, 7, 100, 65_536]) {
      const chunks = [...primeChunks(a, b, { length })];
      expect(chunks.flatMap((chunk) => [...chunk])).toEqual(referencePrimes(a, b));
      expect(chunks.every((chunk) => chunk.length > 0 && chunk.length <= length)).toBe(true);
    }
  });

  it('gives chunks that stay as they are, and can be iterated again', () => {
    const chunks = primeChunks(0, 200_000, { length: 1000 });
    const [kept] = chunks;
    const before = [...kept!];
    for (const chunk of chunks) chunk.fill(0);
    expect([...kept!]).toEqual(before);
    expect([...chunks][0]).toEqual(kept);
  });

  it('gives the event loop a turn after each chunk when iterated with await', async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    let chunks = 0;
    for await (const chunk of primeChunks(0, 100_000, { length: 1000 })) {
      expect(chunk.length).toBeGreaterThan(0);
      chunks++;
    }
    clearImmediate(timer);
    expect(chunks).toBe(10);
    expect(turns).toBeGreaterThanOrEqual(chunks - 1);
  });

  it('throws at the call when an argument is wrong', () => {
    expect(() => primeChunks(0, 2 ** 31)).toThrow(/^cannot list primes: b must be /);
    expect(() => primeChunks(0, 1, { length: 0 })).toThrow(RangeError);
    expect(() => primeChunks(0, 1, { length: 65_537 })).toThrow(RangeError);
    expect(() => primeChunks(0, 1, { length: 0.5 })).toThrow(TypeError);
  });
});

describe('primeBytes()', () => {
  it('lists the primes as big-endian int32', () => {
    for (const [a, b] of [
      [0, 30_000],
      [SEGMENT_SPAN - 500, SEGMENT_SPAN + 500],
      [MAX_INT32 - 500, MAX_INT32],
    ] as const) {
      const chunks = [...primeBytes(a, b, { length: 10 })];
      expect(Buffer.concat(chunks).equals(int32Bytes(referencePrimes(a, b)))).toBe(true);
      expect(chunks.every((chunk) => chunk.length > 0 && chunk.length <= 40)).toBe(true);
    }
  });

  it('throws at the call when an argument is wrong', () => {
    expect(() => primeBytes(0, 2 ** 31)).toThrow(RangeError);
    expect(() => primeBytes(0, 1, { length: 0 })).toThrow(RangeError);
  });
});
