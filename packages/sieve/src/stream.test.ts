import { FULL_SUM, int32Bytes, referencePrimes, sumOf } from '@concurrent-primes/fixtures';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { primeBytes } from './chunks.ts';
import { MAX_INT32, MIN_INT32 } from './domain.ts';
import { SEGMENT_SPAN } from './segment.ts';
import { chunkBuffer, PrimeStream } from './stream.ts';
import { sumPrimes } from './sum.ts';
import { evictAll } from './testing/evict.ts';
import { EDGE_INTERVALS } from './testing/edge-intervals.ts';

/** Numbers as the stream writes them; not a Buffer, so that toEqual() compares bytes only. */
function toWire(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(int32Bytes(numbers));
}

/** Takes one fill, overwrites the memory, advances over at most `take` bytes, and returns these. */
function takeOnce(stream: PrimeStream, size: number, take = size): number[] {
  const target = new Uint8Array(size);
  const filled = stream.fill(target);
  const taken = Array.from(target.subarray(0, Math.min(filled, take)));
  target.fill(0xaa);
  stream.advance(taken.length);
  return taken;
}

/** Takes all bytes of a stream by fills of one size. */
function takeAll(stream: PrimeStream, size: number, take = size): Uint8Array {
  const bytes: number[] = [];
  while (!stream.done) bytes.push(...takeOnce(stream, size, take));
  return Uint8Array.from(bytes);
}

describe('PrimeStream', () => {
  it.each(EDGE_INTERVALS)('streams [%i, %i] as trial division does', (a, b) => {
    const expected = referencePrimes(Math.max(a, 0), b);
    const stream = new PrimeStream(a, b);
    expect(takeAll(stream, 64)).toEqual(toWire(expected));
    expect(stream.sum).toBe(sumOf(expected));
  });

  it('streams all of int32, and the sum is right', () => {
    const stream = new PrimeStream(MIN_INT32, MAX_INT32);
    const target = new Uint8Array(65_536);
    let bytes = 0;
    while (!stream.done) {
      const filled = stream.fill(target);
      stream.advance(filled);
      bytes += filled;
    }
    expect(bytes).toBe(4 * 105_097_565);
    expect(stream.sum).toBe(FULL_SUM);
  }, 30_000);

  it('hands out the same bytes when filled by any size and advanced by any part', () => {
    for (const [a, b] of [
      [0, 60],
      [SEGMENT_SPAN - 60, SEGMENT_SPAN + 60],
      [MAX_INT32 - 100, MAX_INT32],
    ] as const) {
      const primes = referencePrimes(a, b);
      for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 1000]) {
        for (let take = 1; take <= Math.min(size, 9); take++) {
          const stream = new PrimeStream(a, b);
          expect(takeAll(stream, size, take), `size ${size}, take ${take}`).toEqual(toWire(primes));
          expect(stream.sum).toBe(sumOf(primes));
        }
      }
    }
  });

  it('hands out the same bytes when fills and advances are of random sizes', () => {
    const steps = fc.infiniteStream(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 50 })));
    const border = fc.constantFrom(0, SEGMENT_SPAN, 2 * SEGMENT_SPAN, 1000 * SEGMENT_SPAN);
    fc.assert(
      fc.property(border, fc.nat(300), fc.nat(300), steps, (at, before, after, sizes) => {
        const [a, b] = [at - before, at + after];
        const primes = referencePrimes(Math.max(a, 0), b);
        const stream = new PrimeStream(a, b);
        const bytes: number[] = [];
        for (const [size, take] of sizes) {
          if (stream.done) break;
          bytes.push(...takeOnce(stream, size, take));
          expect(stream.sum).toBe(sumOf(primes.slice(0, Math.floor(bytes.length / 4))));
        }
        expect(Uint8Array.from(bytes)).toEqual(toWire(primes));
      }),
      { numRuns: 150 },
    );
  });

  it('streams right when others share its memory and take turns', () => {
    const places = Array.from({ length: 128 }, (_, i) => (i % 7) * 50_000_000 + i * 11);
    const streams = places.map((a) => new PrimeStream(a, a + 200));
    const bytes = streams.map((): number[] => []);
    const target = new Uint8Array(7);
    for (let turn = 0; streams.some((stream) => !stream.done); turn++) {
      // All fill the same memory, one after the other, before the first of them advances.
      const taken = streams.map((stream, i) => {
        const part = Array.from(target.subarray(0, Math.min(stream.fill(target), 1 + ((turn + i) % 7))));
        bytes[i]!.push(...part);
        return part.length;
      });
      streams.forEach((stream, i) => {
        stream.advance(taken[i]!);
      });
    }
    places.forEach((a, i) => {
      expect(Uint8Array.from(bytes[i]!)).toEqual(toWire(referencePrimes(a, a + 200)));
      expect(streams[i]!.sum).toBe(sumOf(referencePrimes(a, a + 200)));
    });
  });

  it('advance() is right when its segment was thrown out after the fill', () => {
    const primes = referencePrimes(2_000_000_000, 2_000_000_300);
    const stream = new PrimeStream(2_000_000_000, 2_000_000_300);
    const target = new Uint8Array(4 * primes.length);
    expect(stream.fill(target)).toBe(target.length);
    evictAll();
    stream.advance(4 * 3 + 1);
    expect(stream.sum).toBe(sumOf(primes.slice(0, 3)));
    expect(stream.next).toBe(primes[2]! + 1);
    expect(takeAll(stream, 1000)).toEqual(toWire(primes).subarray(13));
  });

  it('next resumes the stream when taken at any prime', () => {
    const [a, b] = [SEGMENT_SPAN - 300, SEGMENT_SPAN + 300];
    const primes = referencePrimes(a, b);
    const stream = new PrimeStream(a, b);
    for (let passed = 0; passed < primes.length;) {
      const resumed = new PrimeStream(stream.next, b);
      expect(takeAll(resumed, 64)).toEqual(toWire(primes.slice(passed)));
      passed += takeOnce(stream, 4).length / 4;
    }
    expect(stream.sum).toBe(sumOf(primes));
  });

  it('next stays at a prime that was passed in part', () => {
    const stream = new PrimeStream(8, 20);
    takeOnce(stream, 7);
    expect(new PrimeStream(stream.next, 20).fill(new Uint8Array(100))).toBe(4 * 3);
    expect(stream.sum).toBe(11n);
    expect(takeAll(stream, 100)).toEqual(toWire([11, 13, 17, 19]).subarray(7));
  });

  it('fill() does not move the cursor', () => {
    const stream = new PrimeStream(0, 100);
    const [once, again] = [new Uint8Array(10), new Uint8Array(10)];
    expect(stream.fill(once)).toBe(10);
    expect(stream.fill(again)).toBe(10);
    expect(again).toEqual(once);
    expect(stream.sum).toBe(0n);
  });

  it('fill() writes the same into the chunk buffer as into other memory, and advances by any part of it', () => {
    const [a, b] = [SEGMENT_SPAN - 300, SEGMENT_SPAN + 300];
    const expected = toWire(referencePrimes(a, b));
    for (let take = 1; take < 12; take++) {
      const chunk = chunkBuffer(9);
      const stream = new PrimeStream(a, b);
      const bytes: number[] = [];
      while (!stream.done) {
        const filled = stream.fill(chunk);
        const taken = Math.min(take, filled);
        bytes.push(...chunk.subarray(0, taken));
        stream.advance(taken);
      }
      expect(Uint8Array.from(bytes)).toEqual(expected);
    }
  });

  it('fill() takes a target of any size, as far as the segment goes', () => {
    const stream = new PrimeStream(0, SEGMENT_SPAN - 1);
    const target = new Uint8Array(1_000_000);
    const expected = toWire(referencePrimes(0, SEGMENT_SPAN - 1));
    expect(stream.fill(target)).toBe(expected.length);
    expect(Buffer.compare(target.subarray(0, expected.length), expected)).toBe(0);
  });

  it('fill() stops at the end of a segment', () => {
    const [a, b] = [SEGMENT_SPAN - 100, SEGMENT_SPAN + 100];
    const stream = new PrimeStream(a, b);
    expect(takeOnce(stream, 1000)).toHaveLength(4 * referencePrimes(a, SEGMENT_SPAN - 1).length);
    expect(takeOnce(stream, 1000)).toHaveLength(0);
    expect(takeOnce(stream, 1000)).toHaveLength(4 * referencePrimes(SEGMENT_SPAN, b).length);
  });

  it('fill() does not change the bytes after those written', () => {
    const target = new Uint8Array(12).fill(0xaa);
    expect(new PrimeStream(2, 4).fill(target)).toBe(8);
    expect(Array.from(target)).toEqual([0, 0, 0, 2, 0, 0, 0, 3, 0xaa, 0xaa, 0xaa, 0xaa]);
  });

  it('fill() returns 0 and the stream is done when no primes are left', () => {
    const stream = new PrimeStream(24, 28);
    expect(stream.done).toBe(false);
    expect(stream.fill(new Uint8Array(4))).toBe(0);
    expect(stream.done).toBe(true);
    expect(stream.fill(new Uint8Array(4))).toBe(0);
  });

  it('is done at once when the interval holds no number above 1', () => {
    for (const [a, b] of [
      [3, 2],
      [-5, 1],
      [MAX_INT32, MIN_INT32],
    ] as const) {
      expect(new PrimeStream(a, b).done).toBe(true);
    }
  });

  it('fill() throws when the target is empty', () => {
    expect(() => new PrimeStream(0, 10).fill(new Uint8Array(0))).toThrow(
      new RangeError('cannot fill: target must hold at least 1 byte, got 0 bytes'),
    );
  });

  it('advance() takes filled bytes in several parts, and throws when they are more', () => {
    const stream = new PrimeStream(0, 100);
    expect(() => {
      stream.advance(1);
    }).toThrow(new RangeError('cannot advance: bytes must be an integer from 0 to 0, got 1'));
    stream.fill(new Uint8Array(10));
    stream.advance(3);
    stream.advance(6);
    expect(stream.sum).toBe(5n);
    expect(() => {
      stream.advance(2);
    }).toThrow(new RangeError('cannot advance: bytes must be an integer from 0 to 1, got 2'));
    stream.advance(1);
    expect(takeOnce(stream, 2)).toEqual([0, 5]);
  });

  it('advance() throws when bytes is negative or no integer', () => {
    const stream = new PrimeStream(0, 100);
    stream.fill(new Uint8Array(8));
    expect(() => {
      stream.advance(-1);
    }).toThrow(RangeError);
    expect(() => {
      stream.advance(0.5);
    }).toThrow(TypeError);
  });

  it('matches() takes the right bytes, cut anywhere and across segments', () => {
    for (const [a, b] of EDGE_INTERVALS) {
      const right = toWire(referencePrimes(Math.max(a, 0), b));
      for (const size of [1, 2, 3, 4, 5, 7, 64, 1000]) {
        const stream = new PrimeStream(a, b);
        for (let at = 0; at < right.length; at += size) {
          expect(stream.matches(right.subarray(at, at + size)), `[${a}, ${b}], ${size} bytes from ${at}`).toBe(true);
        }
        expect(stream.sum).toBe(sumOf(referencePrimes(Math.max(a, 0), b)));
      }
    }
  });

  it('matches() takes more bytes at once than the chunk buffer and a segment hold', () => {
    const right = Buffer.concat([...primeBytes(0, 3 * SEGMENT_SPAN)]);
    const stream = new PrimeStream(0, 3 * SEGMENT_SPAN);
    // From an odd address, because received bytes can begin anywhere.
    const moved = new Uint8Array(right.length + 1).subarray(1);
    moved.set(right);
    expect(stream.matches(moved)).toBe(true);
    expect(stream.sum).toBe(sumPrimes(0, 3 * SEGMENT_SPAN));
  });

  it('matches() denies a wrong byte at each position, whole and byte by byte', () => {
    const [a, b] = [SEGMENT_SPAN - 60, SEGMENT_SPAN + 60];
    const right = toWire(referencePrimes(a, b));
    for (let wrong = 0; wrong < right.length; wrong++) {
      const bytes = Uint8Array.from(right);
      bytes[wrong]! ^= 1;
      expect(new PrimeStream(a, b).matches(bytes), `byte ${wrong}`).toBe(false);
      const stream = new PrimeStream(a, b);
      const verdicts = Array.from(bytes.subarray(0, wrong + 1), (byte) => stream.matches(Uint8Array.of(byte)));
      expect(verdicts.indexOf(false)).toBe(wrong);
    }
  });

  it('matches() denies bytes after the last prime, alone or together', () => {
    const bytes = Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 3, 0);
    expect(new PrimeStream(2, 4).matches(bytes)).toBe(false);
    const stream = new PrimeStream(2, 4);
    expect(stream.matches(bytes.subarray(0, 8))).toBe(true);
    expect(stream.matches(bytes.subarray(8))).toBe(false);
    expect(new PrimeStream(24, 28).matches(bytes)).toBe(false);
    expect(new PrimeStream(3, 2).matches(bytes)).toBe(false);
  });

  it('matches() takes no bytes anywhere, and leaves the cursor there', () => {
    const none = new Uint8Array(0);
    const stream = new PrimeStream(10, 20);
    expect(stream.matches(none)).toBe(true);
    expect(takeOnce(stream, 6)).toEqual([0, 0, 0, 11, 0, 0]);
    expect(stream.matches(none)).toBe(true);
    expect(stream.matches(Uint8Array.of(0, 13))).toBe(true);
    expect(new PrimeStream(3, 2).matches(none)).toBe(true);
  });

  it('matches() takes turns with other streams of the thread', () => {
    const places = Array.from({ length: 20 }, (_, i) => i * 50_000_000);
    const expected = places.map((a) => ({
      stream: new PrimeStream(a, a + 200),
      right: toWire(referencePrimes(a, a + 200)),
    }));
    for (let at = 0; expected.some(({ right }) => at < right.length); at += 5) {
      for (const { stream, right } of expected) expect(stream.matches(right.subarray(at, at + 5))).toBe(true);
    }
  });

  it('matches() throws when the bytes lie where it writes the right ones', () => {
    expect(() => new PrimeStream(0, 10).matches(chunkBuffer(4))).toThrow(
      new RangeError('cannot compare: bytes must be outside the chunk buffer, got a view of its memory'),
    );
  });

  it('throws when a bound is no int32', () => {
    expect(() => new PrimeStream(0, 2 ** 31)).toThrow(/^cannot stream primes: b must be /);
    expect(() => new PrimeStream(0.5, 1)).toThrow(TypeError);
  });
});

describe('chunkBuffer()', () => {
  it('is the same memory each time, as long as asked for', () => {
    const [short, long] = [chunkBuffer(4), chunkBuffer(327_680)];
    expect([short.length, long.length, chunkBuffer().length]).toEqual([4, 327_680, 65_536]);
    long[3] = 77;
    expect(short[3]).toBe(77);
  });

  it('throws when the length is out of range', () => {
    expect(() => chunkBuffer(0)).toThrow(RangeError);
    expect(() => chunkBuffer(327_681)).toThrow(/^cannot take the chunk buffer: bytes must be /);
    expect(() => chunkBuffer(0.5)).toThrow(TypeError);
  });
});
