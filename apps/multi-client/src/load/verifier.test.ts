import { PRIMES_IN_INT32, primeBytes } from '@concurrent-primes/sieve';
import { expect, it } from 'vitest';
import { createVerifier, prepareVerifier, type VerifierOptions } from './verifier.ts';

const { options } = await prepareVerifier();
const verifier = createVerifier(options as VerifierOptions);

function bytesOf(a: number, b: number): Buffer {
  return Buffer.concat([...primeBytes(a, b)]);
}

it.each([
  [100, 200],
  [0, 3_000_000],
  [2_147_000_000, 2_147_483_647],
  [20, 22],
  [-5, 1],
  [9, 3],
])('ExpectedAnswer knows the answer to [%d, %d], cut anywhere', (a, b) => {
  const bytes = bytesOf(a, b);
  for (const pieceBytes of [1000, 70_001, 1_000_000]) {
    const expected = verifier.begin(a, b);
    expect(expected.count).toBe(bytes.length / 4);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      expect(expected.matches(bytes.subarray(at, at + pieceBytes))).toBe(true);
    }
  }
});

it('ExpectedAnswers of one thread do not disturb each other', () => {
  const [one, other] = [bytesOf(0, 2000), bytesOf(5_000_000, 5_002_000)];
  const [first, second] = [verifier.begin(0, 2000), verifier.begin(5_000_000, 5_002_000)];
  for (let at = 0; at < 500; at += 5) {
    expect(first.matches(one.subarray(at, at + 5))).toBe(true);
    expect(second.matches(other.subarray(at, at + 5))).toBe(true);
  }
});

it('ExpectedAnswer denies a single wrong bit, a missing prime and one too many', () => {
  const bytes = bytesOf(100, 200);
  bytes[30]! ^= 1;
  expect(verifier.begin(100, 200).matches(bytes)).toBe(false);
  expect(verifier.begin(100, 200).matches(bytesOf(102, 200))).toBe(false);
  expect(verifier.begin(100, 200).matches(bytesOf(100, 211))).toBe(false);
});

it('ExpectedAnswer knows N of the whole domain at once', () => {
  expect(verifier.begin(-(2 ** 31), 2 ** 31 - 1).count).toBe(PRIMES_IN_INT32);
});
