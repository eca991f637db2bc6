/**
 * The primes a sieve of the int32 range starts from, by the sieve of Eratosthenes in its plain form.
 *
 * A composite number n has a prime factor of at most √n. The last segment reaches a little past 2^31, so the primes up
 * to the root of its end are needed, and enough for every smaller number.
 */

/** No prime factor above this one has to be tried: ⌊√(2185 · 983040)⌋, 2185 segments of 983040 numbers each. */
export const ROOT = 46_345;

/** All primes up to {@link ROOT}, ascending. */
export const SMALL_PRIMES: Int32Array = sieveUpTo(ROOT);

function sieveUpTo(limit: number): Int32Array {
  const composite = new Uint8Array(limit + 1);
  const primes: number[] = [];
  for (let n = 2; n <= limit; n++) {
    if (composite[n] === 1) continue;
    primes.push(n);
    // Below n * n, each multiple of n has a smaller prime factor and is crossed out already.
    for (let multiple = n * n; multiple <= limit; multiple += n) composite[multiple] = 1;
  }
  return Int32Array.from(primes);
}
