/**
 * Testing one number, by the strong probable prime test (Miller and Rabin) with bases that make it exact.
 *
 * If n = d 2^s + 1 is prime, then a^d = 1 or a^(d 2^i) = -1 modulo n for some i < s. Few composite numbers pass for a
 * base; below 4,759,123,141 none passes for 2, 7 and 61.
 *
 * Source: Gerhard Jaeschke, "On strong pseudoprimes to several bases", Mathematics of Computation 61 (1993).
 */

/**
 * Whether a number is prime.
 *
 * @param n - 0 to 2^31 - 1.
 */
export function isPrime(n: u32): bool {
  if (n < 2) return false;
  if (n % 2 == 0) return n == 2;
  if (n % 3 == 0) return n == 3;
  if (n % 5 == 0) return n == 5;
  if (n % 7 == 0) return n == 7;
  if (n % 61 == 0) return n == 61;
  return isStrongProbablePrime(n, 2) && isStrongProbablePrime(n, 7) && isStrongProbablePrime(n, 61);
}

/** Whether an odd n that is not a multiple of the base passes the test for it. */
function isStrongProbablePrime(n: u32, base: u64): bool {
  const twos = ctz(n - 1);
  let power = powerModulo(base, (n - 1) >> twos, n);
  if (power == 1 || power == n - 1) return true;
  for (let i: u32 = 1; i < twos; i++) {
    power = (power * power) % n;
    if (power == n - 1) return true;
  }
  return false;
}

function powerModulo(base: u64, exponent: u32, n: u64): u64 {
  let power: u64 = 1;
  for (let square = base % n; exponent != 0; exponent >>= 1) {
    if (exponent & 1) power = (power * square) % n;
    square = (square * square) % n;
  }
  return power;
}
