import { describe, expect, it } from 'vitest';
import { renderCheck, selfTest } from './self-test.ts';

describe('selfTest()', () => {
  it('agrees with known values', () => {
    let checks = 0;
    for (const { what, actual, expected } of selfTest(10 ** 7)) {
      expect([what, actual]).toEqual([what, expected]);
      checks++;
    }
    expect(checks).toBe(7 + 7 + 6);
  });
});

describe('renderCheck()', () => {
  it('tells good from bad', () => {
    expect(renderCheck({ what: 'x', expected: 4n, actual: 4n })).toBe('ok     x: 4\n');
    expect(renderCheck({ what: 'x', expected: 4n, actual: 5n })).toBe('FAILED x: 5, must be 4\n');
  });
});
