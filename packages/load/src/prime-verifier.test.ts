import { PRIMES_IN_INT32, primeBytes } from '@concurrent-primes/sieve';
import { describe, expect, it } from 'vitest';
import { createVerifier, prepareVerifier, type PrimeVerifierOptions } from './prime-verifier.ts';

const { options } = await prepareVerifier();
const VERIFIERS = [
  ['a filled table', createVerifier(options as PrimeVerifierOptions)],
  ['a table of its own', createVerifier()],
] as const;

function bytesOf(a: number, b: number): Buffer {
  return Buffer.concat([...primeBytes(a, b)]);
}

describe.each(VERIFIERS)('createVerifier() with %s', (_, verifier) => {
  it.each([
    [100, 200],
    [0, 3_000_000],
    [2_147_000_000, 2_147_483_647],
    [20, 22],
    [24, 28],
    [-5, 1],
    [9, 3],
  ])('matches the answer to [%d, %d], cut anywhere', (a, b) => {
    const bytes = bytesOf(a, b);
    for (const pieceBytes of [1000, 4096, 70_001, 1_000_000]) {
      const expected = verifier.begin(a, b);
      expect(expected.count).toBe(bytes.length / 4);
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        expect(expected.matches(bytes.subarray(at, at + pieceBytes))).toBe(true);
      }
    }
  });

  it.each([1, 3, 4, 7])('matches pieces of %i bytes', (pieceBytes) => {
    const bytes = bytesOf(100, 2000);
    const expected = verifier.begin(100, 2000);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      expect(expected.matches(bytes.subarray(at, at + pieceBytes))).toBe(true);
    }
  });

  it('compares several answers at the same time', () => {
    const [one, other] = [bytesOf(0, 2000), bytesOf(5_000_000, 5_002_000)];
    const [first, second, third] = [
      verifier.begin(0, 2000),
      verifier.begin(5_000_000, 5_002_000),
      verifier.begin(0, 2000),
    ];
    for (let at = 0; at < 500; at += 5) {
      expect(first.matches(one.subarray(at, at + 5))).toBe(true);
      expect(second.matches(other.subarray(at, at + 5))).toBe(true);
      expect(third.matches(one.subarray(at, at + 5))).toBe(true);
    }
  });

  it.each([0, 3, 30, 401])('denies an answer with a wrong bit in byte %i', (at) => {
    const bytes = bytesOf(100, 2000);
    bytes[at]! ^= 1;
    expect(verifier.begin(100, 2000).matches(bytes)).toBe(false);
  });

  it('denies a missing prime, one too many, and a byte after the last prime', () => {
    expect(verifier.begin(100, 200).matches(bytesOf(102, 200))).toBe(false);
    expect(verifier.begin(100, 200).matches(bytesOf(100, 211))).toBe(false);
    expect(verifier.begin(2, 3).matches(Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 3, 0))).toBe(false);
  });

  it('knows N of the whole domain at once', () => {
    expect(verifier.begin(-(2 ** 31), 2 ** 31 - 1).count).toBe(PRIMES_IN_INT32);
  });
});
