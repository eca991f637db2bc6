/**
 * Counting the primes in an interval.
 *
 * How many primes lie below each segment is known since the package was built, so only the two segments at the ends
 * have to be sieved, and of these only what lies in the interval: a step each, so that a thread that serves others can
 * do something else in between. What a step has sieved stays in the thread's slots: whoever counts an interval usually
 * asks for its primes next.
 */
import { PRIMES_BELOW_SEGMENT } from '../dist/kernel-data.js';
import { checkInterval } from './domain.ts';
import { SEGMENT_SPAN, segmentOf, startOf } from './segment.ts';
import { sieved } from './segment-cache.ts';
import { threadKernel } from './thread-kernel.ts';
import { WHEEL_PRIMES } from './wheel-primes.ts';

/**
 * Counts the primes in an interval in at most two steps.
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
  }

  /** Whether all is counted. */
  get done(): boolean {
    return this.#next > this.#b;
  }

  /** How many primes the interval holds; undefined until {@link PrimeCounter.done}. */
  get count(): number | undefined {
    return this.done ? this.#counted : undefined;
  }

  /** Sieves at most one segment; does nothing when done. */
  step(): void {
    if (this.done) return;
    const index = segmentOf(this.#next);
    const last = segmentOf(this.#b);
    const to = Math.min(this.#b, startOf(index) + SEGMENT_SPAN - 1);
    this.#counted += countInSegment(this.#next, to);
    this.#next = to + 1;
    // The segments between the two at the ends need no step.
    if (last > index + 1) {
      this.#counted += PRIMES_BELOW_SEGMENT[last]! - PRIMES_BELOW_SEGMENT[index + 1]!;
      this.#next = startOf(last);
    }
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

/**
 * How many primes lie in a part of a segment.
 *
 * @param from - not negative
 * @param to - not before it, in the same segment
 */
export function countInSegment(from: number, to: number): number {
  const segment = sieved(from, to);
  const withBit = threadKernel().count(segment.at, from - segment.start, to - segment.start);
  return withBit + WHEEL_PRIMES.filter((prime) => from <= prime && prime <= to).length;
}
