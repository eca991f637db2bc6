/**
 * Counting the primes in an interval, one segment a step, so that a thread that serves others can stop in between.
 *
 * The first and the last segment are kept in the thread's cache: whoever counts an interval usually asks for its primes
 * next, and the segment is there. Those between are sieved in one spare segment and forgotten.
 */
import { checkInterval } from './domain.ts';
import { SEGMENT_SPAN, segmentOf } from './segment.ts';
import { segments } from './segment-cache.ts';
import { tally } from './tally.ts';

/**
 * Counts the primes in an interval in bounded steps.
 *
 * @example
 * ```ts
 * import { PrimeCounter } from '@concurrent-primes/sieve';
 *
 * const counter = new PrimeCounter(0, 10_000_000);
 * while (!counter.done) counter.step();
 * console.log(counter.count); // prints 664579
 * ```
 */
export class PrimeCounter {
  readonly #b: number;
  readonly #first: number;
  readonly #last: number;
  #next: number;
  #counted = 0;

  /**
   * @param a - lower bound, an int32
   * @param b - upper bound, an int32 (it belongs to the interval)
   * @throws TypeError if a bound is no integer, RangeError if it is no int32
   */
  constructor(a: number, b: number) {
    checkInterval('count primes', a, b);
    this.#b = b;
    this.#next = Math.max(a, 2);
    this.#first = segmentOf(this.#next);
    this.#last = segmentOf(Math.max(b, 2));
  }

  /** Whether all is counted. */
  get done(): boolean {
    return this.#next > this.#b;
  }

  /** How many primes the interval holds; undefined until {@link PrimeCounter.done}. */
  get count(): number | undefined {
    return this.done ? this.#counted : undefined;
  }

  /** Counts one segment more; does nothing when done. */
  step(): void {
    if (this.done) return;
    const index = segmentOf(this.#next);
    const segment = index === this.#first || index === this.#last ? segments.get(index) : segments.peek(index);
    const passed = tally(segment, this.#next, Math.min(this.#b, segment.start + SEGMENT_SPAN - 1));
    this.#counted += passed.count;
    this.#next = passed.next;
  }
}

/**
 * How many primes lie in [a, b].
 *
 * @param a - lower bound, an int32
 * @param b - upper bound, an int32 (it belongs to the interval); below `a` the interval is empty
 * @throws TypeError if a bound is no integer, RangeError if it is no int32
 * @example
 * ```ts
 * import { countPrimes } from '@concurrent-primes/sieve';
 *
 * console.log(countPrimes(0, 1_000_000)); // prints 78498
 * ```
 */
export function countPrimes(a: number, b: number): number {
  const counter = new PrimeCounter(a, b);
  let count = counter.count;
  while (count === undefined) {
    counter.step();
    count = counter.count;
  }
  return count;
}
