import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FUZZ, primesBetween } from './test-support.ts';
import {
  decodeCount,
  decodeRequest,
  decodeSum,
  encodeCount,
  encodePrimes,
  encodeRequest,
  encodeSum,
  isRefusal,
  MAX_COUNT,
  maxCount,
  refusalName,
  writeInt32,
} from './wire.ts';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('codecs', () => {
  it('encodeRequest() writes two big-endian int32', () => {
    expect([...encodeRequest(100, -2)]).toEqual([0, 0, 0, 100, 255, 255, 255, 254]);
  });

  it('encodeSum() writes a big-endian int64', () => {
    expect([...encodeSum(109_930_816_131_860_852n)]).toEqual([0x01, 0x86, 0x8d, 0x7e, 0xad, 0x68, 0x89, 0x74]);
  });

  it('encodePrimes() writes a big-endian int32 for each prime', () => {
    expect([...encodePrimes([2, 2_147_483_647])]).toEqual([0, 0, 0, 2, 127, 255, 255, 255]);
  });

  it('decodeRequest() reads what encodeRequest() wrote when bytes of a next message follow', () => {
    fc.assert(
      fc.property(int32, int32, fc.uint8Array(), (a, b, next) => {
        expect(decodeRequest(Uint8Array.of(...encodeRequest(a, b), ...next))).toEqual([a, b]);
      }),
      FUZZ,
    );
  });

  it('decodeCount() reads what encodeCount() wrote when bytes of a next message follow', () => {
    fc.assert(
      fc.property(int32, fc.uint8Array(), (count, next) => {
        expect(decodeCount(Uint8Array.of(...encodeCount(count), ...next))).toBe(count);
      }),
      FUZZ,
    );
  });

  it('decodeSum() reads what encodeSum() wrote when it is inside a larger buffer', () => {
    fc.assert(
      fc.property(int64, fc.uint8Array(), fc.uint8Array(), (sum, before, next) => {
        const bytes = Uint8Array.of(...before, ...encodeSum(sum), ...next);
        expect(decodeSum(bytes.subarray(before.length))).toBe(sum);
      }),
      FUZZ,
    );
  });

  it.each([
    ['decodeRequest', decodeRequest, 8],
    ['decodeCount', decodeCount, 4],
    ['decodeSum', decodeSum, 8],
  ] as const)('%s() throws when a byte is missing', (_name, decode, size) => {
    expect(() => decode(new Uint8Array(size - 1))).toThrow(`needs ${size} bytes, got ${size - 1}`);
    expect(() => decode(new Uint8Array(size))).not.toThrow();
  });

  it.each([2 ** 31, -(2 ** 31) - 1, 0.5, NaN])('encodeRequest() throws when a bound is %d', (bound) => {
    expect(() => encodeRequest(bound, 0)).toThrow(RangeError);
    expect(() => encodeRequest(0, bound)).toThrow(`needs an int32, got ${bound}`);
  });

  it.each([2n ** 63n, -(2n ** 63n) - 1n])('encodeSum() throws when the sum is %d', (sum) => {
    expect(() => encodeSum(sum)).toThrow(RangeError);
  });

  it('writeInt32() throws when the target is too short', () => {
    expect(() => {
      writeInt32(new Uint8Array(7), 4, 1);
    }).toThrow('needs 8 bytes of memory, got 7');
  });
});

describe('refusals', () => {
  it('refusalName() knows the four codes and no other', () => {
    expect([0, -1, -2, -3, -4, -5].map((code) => refusalName(code))).toEqual([
      undefined,
      'busy',
      'too-slow',
      'shutting-down',
      'too-wide',
      undefined,
    ]);
    expect([0, -1, -5].map(isRefusal)).toEqual([false, true, false]);
  });
});

describe('maxCount()', () => {
  it.each([
    [3, 2, 0],
    [-10, 1, 0],
    [-(2 ** 31), -1, 0],
    [2, 2, 1],
    [-5, 3, 2],
    [24, 28, 2],
    [25, 27, 2],
    [8, 8, 0],
    [2_147_483_647, 2_147_483_647, 1],
    [-(2 ** 31), 2_147_483_647, MAX_COUNT],
  ])('bounds [%d, %d] by %d', (a, b, most) => {
    expect(maxCount(a, b)).toBe(most);
  });

  it('maxCount() is never below N', () => {
    const bound = fc.integer({ min: -20, max: 300 });
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        expect(maxCount(a, b)).toBeGreaterThanOrEqual(primesBetween(a, b).length);
      }),
      FUZZ,
    );
  });
});
