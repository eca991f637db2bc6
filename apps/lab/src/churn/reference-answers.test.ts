import { int32Bytes, type Interval, sumBytes } from '@concurrent-primes/conformance';
import { describe, expect, it } from 'vitest';
import { ReferenceAnswers } from './reference-answers.ts';

describe('ReferenceAnswers', () => {
  const reference = new ReferenceAnswers(1000);

  it.for<{ interval: Interval; primes: number[]; sum: bigint }>([
    { interval: [100, 110], primes: [101, 103, 107, 109], sum: 420n },
    { interval: [2, 2], primes: [2], sum: 2n },
    { interval: [-7, 3], primes: [2, 3], sum: 5n },
    { interval: [990, 1000], primes: [991, 997], sum: 1988n },
    { interval: [24, 28], primes: [], sum: 0n },
    { interval: [7, 2], primes: [], sum: 0n },
  ])('answer() gives the bytes of the answer to $interval', ({ interval, primes, sum }) => {
    const answer = reference.answer(interval);
    expect([...answer.bytes]).toEqual([...int32Bytes([primes.length, ...primes])]);
    expect([...answer.sum]).toEqual([...sumBytes(sum)]);
  });

  it.for([0, 999, 1e9])('throws a RangeError when nothing is published about the limit %d', (limit) => {
    expect(() => new ReferenceAnswers(limit)).toThrow(RangeError);
  });
});
