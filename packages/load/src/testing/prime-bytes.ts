import { encodeCount, encodePrimes } from '@concurrent-primes/protocol';

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97];

/** The primes of an interval that ends below 100. */
export function smallPrimes(a: number, b: number): number[] {
  return PRIMES.filter((prime) => prime >= a && prime <= b);
}

/** A right answer, whole. */
export function answerBytes(a: number, b: number): Uint8Array {
  const primes = smallPrimes(a, b);
  return Buffer.concat([encodeCount(primes.length), encodePrimes(primes)]);
}
