/**
 * Is one number prime? By trial division: a composite number has a prime factor of at most its root, and there are only
 * 4792 primes up to the root of 2^31. No segment is sieved and none is thrown out of the cache for a single number.
 */
import { checkInteger, MAX_INT32, MIN_INT32 } from './domain.ts';
import { SMALL_PRIMES } from './small-primes.ts';

/**
 * Whether a number is prime; negative numbers, 0 and 1 are not.
 *
 * @param n - an int32
 * @throws TypeError if n is no integer, RangeError if it is no int32
 * @example
 * ```ts
 * import { isPrime } from '@concurrent-primes/sieve';
 *
 * console.log(isPrime(2_147_483_647)); // prints true
 * ```
 */
export function isPrime(n: number): boolean {
  checkInteger('test for a prime', 'n', n, MIN_INT32, MAX_INT32);
  if (n < 2) return false;
  for (const prime of SMALL_PRIMES) {
    if (prime * prime > n) return true;
    if (n % prime === 0) return false;
  }
  return true;
}
