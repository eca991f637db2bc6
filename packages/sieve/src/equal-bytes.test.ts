import { afterEach, describe, expect, it, vi } from 'vitest';
import { equalBytes } from './stream.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(['with Buffer', 'without Buffer'])('equalBytes() %s', (platform) => {
  const equal = (one: Uint8Array, other: Uint8Array): boolean => {
    if (platform === 'without Buffer') vi.stubGlobal('Buffer', undefined);
    const result = equalBytes(one, other);
    vi.unstubAllGlobals();
    return result;
  };

  it('is true when all bytes are the same, wherever they lie', () => {
    expect(equal(Uint8Array.of(9, 1, 2, 3).subarray(1), Uint8Array.of(1, 2, 3))).toBe(true);
    expect(equal(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });

  it('is false when any byte differs', () => {
    for (let at = 0; at < 9; at++) {
      expect(equal(new Uint8Array(9), new Uint8Array(9).fill(1, at, at + 1))).toBe(false);
    }
  });

  it('is false when one is longer', () => {
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
    expect(equal(Uint8Array.of(1, 2, 0), Uint8Array.of(1, 2))).toBe(false);
  });
});
