/**
 * The primes of an interval for a `for … of` loop.
 */
import { primeChunks } from './chunks.ts';

/** The primes fetched at a time: enough to forget the cost of a fetch, few enough for a loop that stops early. */
const BATCH = 1024;

/**
 * The primes in [a, b], ascending, sieved as the loop goes on.
 *
 * @param a - lower bound, an int32
 * @param b - upper bound, an int32 (it belongs to the interval); below `a` there are none
 * @throws TypeError if a bound is no integer, RangeError if it is no int32; at the call, not at the first value
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
