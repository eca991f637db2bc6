/**
 * The primes of an interval for a `for … of` loop.
 */
import { primeChunks } from './chunks.ts';

/** Primes fetched at a time: enough that a fetch costs little, few enough for a loop that ends early. */
const BATCH = 1024;

/**
 * The primes in [a, b], ascending, sieved as the loop proceeds.
 *
 * @param a - Lower bound, int32.
 * @param b - Upper bound, inclusive, int32; below `a` the interval is empty.
 * @throws TypeError when a bound is not an integer; RangeError when it is not an int32. Both are thrown by the call, not by
 *   the first `next()`.
 *
 * @example
 * ```ts
 * import { primes } from '@concurrent-primes/sieve';
 *
 * console.log([...primes(10, 30)].join(' ')); // prints 11 13 17 19 23 29
 * ```
 */
export function primes(a: number, b: number): Generator<number, void, undefined> {
  return flatten(primeChunks(a, b, { length: BATCH }));
}

function* flatten(chunks: Iterable<Uint32Array>): Generator<number, void, undefined> {
  for (const chunk of chunks) yield* chunk;
}
