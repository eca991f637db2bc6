/**
 * The primes of an interval for a `for … of` loop: a stream, read through a buffer of the generator's own.
 *
 * The buffer is needed: between two values the caller may do anything, also make the thread throw out the segment.
 */
import { checkInterval } from './domain.ts';
import { INT32_BYTES } from './expand.ts';
import { PrimeStream } from './stream.ts';

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
  checkInterval('list primes', a, b);
  return generate(new PrimeStream(a, b));
}

function* generate(stream: PrimeStream): Generator<number, void, undefined> {
  const target = new Uint8Array(BATCH * INT32_BYTES);
  const view = new DataView(target.buffer);
  while (!stream.done) {
    const filled = stream.fill(target);
    for (let at = 0; at < filled; at += INT32_BYTES) yield view.getInt32(at);
    stream.advance(filled);
  }
}
