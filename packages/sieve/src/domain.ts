/**
 * The numbers this package speaks about: int32.
 *
 * Every int32 is a legal bound. Negative numbers, 0 and 1 are numbers that are not prime, and an interval whose lower
 * bound lies above its upper bound is empty; neither is an error. What is no int32 is one: a TypeError if it is no
 * integer at all, a RangeError if it is an integer too far out.
 */

/** The least int32, -2^31. */
export const MIN_INT32 = -2_147_483_648;

/** The greatest int32, 2^31 - 1; it is a prime (Euler, 1772). */
export const MAX_INT32 = 2_147_483_647;

/** How many primes are int32: π(2^31 - 1), see https://oeis.org/A007053. */
export const PRIMES_IN_INT32 = 105_097_565;

/**
 * Checks that a value is an integer in [least, greatest].
 *
 * @param action - what can't be done otherwise, as in `count primes`
 * @param name - the argument's name
 * @throws TypeError if the value is no integer, RangeError if it lies outside
 */
export function checkInteger(action: string, name: string, value: unknown, least: number, greatest: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= greatest) return;
  const ErrorType = Number.isInteger(value) ? RangeError : TypeError;
  throw new ErrorType(
    `Cannot ${action}: ${name} must be an integer from ${least} to ${greatest}, received ${shown(value)}`,
  );
}

/**
 * Checks the bounds of a closed interval [a, b]; `a > b` is legal.
 *
 * @param action - what can't be done otherwise, as in `count primes`
 * @throws TypeError if a bound is no integer, RangeError if it is no int32
 */
export function checkInterval(action: string, a: unknown, b: unknown): void {
  checkInteger(action, 'a', a, MIN_INT32, MAX_INT32);
  checkInteger(action, 'b', b, MIN_INT32, MAX_INT32);
}

/** A value as an error message shows it: never throws, and tells the number 5 from the text "5". */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'undefined':
      return String(value);
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    default:
      return value === null ? 'null' : `a value of type ${typeof value}`;
  }
}
