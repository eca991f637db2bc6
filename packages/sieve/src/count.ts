/**
 * Counting the primes in an interval.
 *
 * The build computed the number of primes below each segment, so only the two segments at the ends of the interval are
 * sieved, one in each step; a server thread can do other work between steps. The results stay in the thread's segment
 * cache, because a caller that counts an interval usually streams its primes next.
 */
import { PRIMES_BELOW_SEGMENT } from '../dist/kernel-data.js';
import { checkInterval } from './domain.ts';
import { SEGMENT_SPAN, segmentOf, startOf, WHEEL_PRIMES } from './segment.ts';
import { sieved } from './segment-cache.ts';
import { threadKernel } from './thread-kernel.ts';

/** Counts the primes in an interval in at most two steps. */
export class PrimeCounter {
  readonly #b: number;
  #next: number;
  #counted = 0;

  /**
   * @param b - Upper bound, inclusive; below `a` the interval is empty.
   * @throws TypeError when a bound is not an integer; RangeError when it is not an int32.
   */
  constructor(a: number, b: number) {
    checkInterval('count primes', a, b);
    this.#b = b;
    this.#next = Math.max(a, 2);
  }

  get done(): boolean {
    return this.#next > this.#b;
  }

  /** The number of primes in the interval; undefined until {@link PrimeCounter.done}. */
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
    // Segments between the two at the ends need no step.
    if (last > index + 1) {
      this.#counted += PRIMES_BELOW_SEGMENT[last]! - PRIMES_BELOW_SEGMENT[index + 1]!;
      this.#next = startOf(last);
    }
  }
}

/**
 * The number of primes in [a, b].
 *
 * @param b - Upper bound, inclusive; below `a` the interval is empty.
 * @throws TypeError when a bound is not an integer; RangeError when it is not an int32.
 */
export function countPrimes(a: number, b: number): number {
  const counter = new PrimeCounter(a, b);
  while (!counter.done) counter.step();
  return counter.count!;
}

/** The number of primes in [from, to], a part of one segment. */
export function countInSegment(from: number, to: number): number {
  const segment = sieved(from, to);
  const withBit = threadKernel().count(segment.at, from - segment.start, to - segment.start);
  return withBit + WHEEL_PRIMES.filter((prime) => from <= prime && prime <= to).length;
}
