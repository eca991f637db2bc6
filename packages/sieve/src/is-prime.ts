/**
 * Testing single numbers: by the table if the segment is ready, otherwise by the strong probable prime test
 * (assembly/primality.ts), 0.3 µs a number. No segment is sieved.
 */
import { checkInteger, MAX_INT32, MIN_INT32 } from './domain.ts';
import { LAST_WHEEL_PRIME, segmentOf } from './segment.ts';
import { currentTable } from './segment-cache.ts';
import { threadKernel } from './thread-kernel.ts';

/**
 * Whether a number is prime; negative numbers, 0 and 1 are not.
 *
 * @throws TypeError when n is not an integer; RangeError when it is not an int32.
 */
export function isPrime(n: number): boolean {
  checkInteger('test for a prime', 'n', n, MIN_INT32, MAX_INT32);
  return test(n);
}

/**
 * The least prime above a number.
 *
 * @returns Undefined for 2^31 - 1, the last int32 prime.
 * @throws TypeError when n is not an integer; RangeError when it is not an int32.
 */
export function nextPrime(n: number): number | undefined {
  checkInteger('find the next prime', 'n', n, MIN_INT32, MAX_INT32);
  if (n === MAX_INT32) return undefined;
  let candidate = Math.max(n + 1, 2);
  // Ends at the latest at the greatest int32, which is prime.
  while (!test(candidate)) candidate++;
  return candidate;
}

/**
 * The greatest prime below a number.
 *
 * @returns Undefined for n up to 2.
 * @throws TypeError when n is not an integer; RangeError when it is not an int32.
 */
export function previousPrime(n: number): number | undefined {
  checkInteger('find the previous prime', 'n', n, MIN_INT32, MAX_INT32);
  if (n <= 2) return undefined;
  let candidate = n - 1;
  while (!test(candidate)) candidate--;
  return candidate;
}

function test(n: number): boolean {
  if (n <= LAST_WHEEL_PRIME) return n === 2 || n === 3 || n === 5;
  const table = currentTable();
  return table?.isReady(segmentOf(n)) === true ? table.hasBit(n) : threadKernel().isPrime(n);
}
