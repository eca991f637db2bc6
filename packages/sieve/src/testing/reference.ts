/**
 * What the tests compare with: slow, and by another method (trial division by every number), so that it can't share a
 * fault with the sieve.
 */
import { SEGMENT_SPAN } from '../segment.ts';

/** π(10^k) by k from 0 on, see https://oeis.org/A006880. */
export const PRIMES_UP_TO_POWER_OF_TEN = [0, 4, 25, 168, 1229, 9592, 78498, 664579, 5761455, 50847534] as const;

/** The sum of all primes below 2^31. */
export const SUM_OF_INT32_PRIMES = 109_930_816_131_860_852n;

/** Whether n is prime, by trial division. */
export function slowIsPrime(n: number): boolean {
  if (n < 2) return false;
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}

/** The primes in [a, b], by trial division. */
export function slowPrimes(a: number, b: number): number[] {
  const found: number[] = [];
  for (let n = a; n <= b; n++) if (slowIsPrime(n)) found.push(n);
  return found;
}

/** Numbers as they go over the wire: big-endian int32. */
export function toWire(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, i) => {
    view.setInt32(4 * i, number);
  });
  return new Uint8Array(view.buffer);
}

/** The sum of numbers, exact. */
export function sumOf(numbers: readonly number[]): bigint {
  return numbers.reduce((sum, number) => sum + BigInt(number), 0n);
}

/** Short intervals with something to get wrong: the wheel's primes, small gaps, segment borders, the ends of int32. */
export const EDGE_INTERVALS: readonly (readonly [number, number])[] = [
  [2, 2],
  [3, 2],
  [1, 1],
  [3, 3],
  [4, 4],
  [5, 5],
  [2, 3],
  [3, 5],
  [4, 6],
  [5, 7],
  [6, 7],
  [0, 30],
  [7, 7],
  [24, 28],
  [29, 31],
  [30, 30],
  [31, 59],
  [-10, 10],
  [-10, -1],
  [-2_147_483_648, 2],
  [-2_147_483_648, -2_147_483_648],
  [2_147_483_647, -2_147_483_648],
  [2_147_483_646, 2_147_483_646],
  [2_147_483_647, 2_147_483_647],
  [2_147_483_400, 2_147_483_647],
  // The squares of the greatest primes used for sieving, and of the least.
  [46_337 ** 2 - 30, 46_337 ** 2 + 30],
  [46_309 * 46_337, 46_309 * 46_337],
  [19 * 19, 19 * 19],
  ...[1, 2, 3, 500, 1000, 2184].flatMap((k) => {
    const border = k * SEGMENT_SPAN;
    return [
      [border - 100, border - 1],
      [border, border + 100],
      [border - 100, border + 100],
      [border - 1, border],
      [border + 1, border + 1],
    ] as const;
  }),
];
