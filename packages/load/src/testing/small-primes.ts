import { int32Bytes, referencePrimes } from '@concurrent-primes/fixtures';

/** The primes of an interval, at most those below 100. */
export function smallPrimes(a: number, b: number): number[] {
  return referencePrimes(a, Math.min(b, 99));
}

/** A right answer: N and the primes. */
export function answerBytes(a: number, b: number): Uint8Array {
  const primes = smallPrimes(a, b);
  return int32Bytes([primes.length, ...primes]);
}
