/**
 * Chance that can be repeated: a generator of pseudo-random numbers that is set anew by any tuple of numbers.
 *
 * A run draws each request's interval from the run's seed and the request's own number, never from a stream that
 * threads or clients share. So the same plan asks for the same intervals in the same order, however its clients take
 * turns and in however many threads.
 *
 * A counter is stepped by the golden ratio and mixed (the scheme of SplitMix, Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", 2014), here with the 32-bit mixer that Ellis and Wellons found by search
 * (https://github.com/skeeto/hash-prospector).
 */

const GOLDEN = 0x9e3779b9;

/** A generator. */
export class Random {
  #state = 0;

  /** @param seed - uint32 each; the same ones give the same numbers */
  constructor(...seed: readonly number[]) {
    this.reset(...seed);
  }

  /** Begins anew. */
  reset(...seed: readonly number[]): void {
    let state = 0;
    for (const part of seed) state = mix((state ^ part) + GOLDEN);
    this.#state = state;
  }

  /** The next number: 0 or more, below 1, in steps of 2^-53. */
  unit(): number {
    return ((this.#next() >>> 0) * 2 ** 21 + (this.#next() >>> 11)) / 2 ** 53;
  }

  /**
   * The next whole number.
   *
   * @param limit - at least 1, at most 2^32
   * @returns 0 or more, below the limit
   */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  #next(): number {
    this.#state = (this.#state + GOLDEN) | 0;
    return mix(this.#state);
  }
}

function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
