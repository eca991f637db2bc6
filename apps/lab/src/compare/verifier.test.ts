import { primes } from '@concurrent-primes/sieve';
import { describe, expect, it } from 'vitest';
import { createVerifier } from './verifier.ts';

const INTERVAL = [100, 2000] as const;
const PRIMES = [...primes(...INTERVAL)];

function answerBytes(): Uint8Array {
  const bytes = Buffer.alloc(PRIMES.length * 4);
  PRIMES.forEach((prime, at) => bytes.writeInt32BE(prime, at * 4));
  return bytes;
}

describe('createVerifier()', () => {
  it.each([1, 3, 4, 7, 1000, 4096])('takes a right answer in pieces of %i bytes', (size) => {
    const expected = createVerifier().begin(...INTERVAL);
    const bytes = answerBytes();
    expect(expected.count).toBe(PRIMES.length);
    for (let at = 0; at < bytes.length; at += size) expect(expected.matches(bytes.subarray(at, at + size))).toBe(true);
  });

  it('knows several answers at the same time', () => {
    const verifier = createVerifier();
    const [one, other] = [verifier.begin(...INTERVAL), verifier.begin(...INTERVAL)];
    const bytes = answerBytes();
    expect(one.matches(bytes.subarray(0, 100))).toBe(true);
    expect(other.matches(bytes)).toBe(true);
    expect(one.matches(bytes.subarray(100))).toBe(true);
  });

  it.each([0, 3, 401])('refuses an answer with a wrong byte at %i', (at) => {
    const bytes = answerBytes();
    bytes[at]! ^= 1;
    expect(
      createVerifier()
        .begin(...INTERVAL)
        .matches(bytes),
    ).toBe(false);
  });

  it('refuses bytes behind the last prime', () => {
    const expected = createVerifier().begin(2, 3);
    expect(expected.matches(Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 3, 0))).toBe(false);
  });

  it('knows that an interval without primes has an empty answer', () => {
    expect(createVerifier().begin(24, 28)).toMatchObject({ count: 0 });
  });
});
