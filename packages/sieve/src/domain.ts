/**
 * The numbers of this package: int32.
 *
 * Every int32 is a legal bound. Negative numbers, 0 and 1 are not prime, and an interval whose lower bound is above its
 * upper bound is empty. Anything else is an error: TypeError when it is not an integer, otherwise RangeError.
 */

/** The least int32, -2^31. */
export const MIN_INT32 = -2_147_483_648;

/** The greatest int32, 2^31 - 1, which is prime (Euler, 1772). */
export const MAX_INT32 = 2_147_483_647;

/** The number of int32 primes, π(2^31 - 1): https://oeis.org/A007053. */
export const PRIMES_IN_INT32 = 105_097_565;

/**
 * Checks that a value is an integer in [least, greatest].
 *
 * @param action - What the caller wants to do, as in `count primes`; begins the message.
 * @throws TypeError when the value is not an integer; RangeError when it is outside.
 */
export function checkInteger(action: string, name: string, value: unknown, least: number, greatest: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= greatest) return;
  const ErrorType = Number.isInteger(value) ? RangeError : TypeError;
  throw new ErrorType(`cannot ${action}: ${name} must be an integer from ${least} to ${greatest}, got ${shown(value)}`);
}

/** Checks that both bounds of an interval are int32, as {@link checkInteger}; `a > b` is legal. */
export function checkInterval(action: string, a: unknown, b: unknown): void {
  checkInteger(action, 'a', a, MIN_INT32, MAX_INT32);
  checkInteger(action, 'b', b, MIN_INT32, MAX_INT32);
}

/** A value in an error message: never throws, and distinguishes the number 5 from the text "5". */
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
