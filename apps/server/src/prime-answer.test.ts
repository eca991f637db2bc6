import { EMPTY_INTERVALS, PRIMES_100_TO_200, sumOf } from '@concurrent-primes/fixtures';
import { expect, it } from 'vitest';
import { PrimeAnswer } from './prime-answer.ts';

/** Works until N is known. */
function counted(a: number, b: number): PrimeAnswer {
  const answer = new PrimeAnswer(a, b);
  while (answer.count === undefined) answer.work();
  return answer;
}

it('PrimeAnswer counts, then writes the primes from its cursor, and adds up what the cursor has passed', () => {
  const answer = counted(100, 200);
  expect(answer.count).toBe(21);
  expect(answer.sum).toBe(0n);
  const bytes: number[] = [];
  const target = new Uint8Array(10);
  while (bytes.length < 4 * 21) {
    const part = target.subarray(0, answer.fill(target)).subarray(0, 3); // the wire takes a part, also of a prime
    bytes.push(...part);
    answer.advance(part.length);
  }
  const view = new DataView(Uint8Array.from(bytes).buffer);
  expect(Array.from({ length: 21 }, (_, index) => view.getInt32(4 * index))).toEqual(PRIMES_100_TO_200);
  expect(answer.sum).toBe(sumOf(PRIMES_100_TO_200));
});

it('PrimeAnswer takes every two int32, also those without a prime between them', () => {
  for (const { interval } of EMPTY_INTERVALS) expect(counted(...interval)).toMatchObject({ count: 0, sum: 0n });
});
