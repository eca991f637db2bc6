/** Random integers that are the same in each run: xorshift (Marsaglia, 2003). */
export class Random {
  #state: number;

  /** @param seed - not 0 */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** An integer from `least` to `most`. */
  integer(least: number, most: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return least + Math.floor(((this.#state >>> 0) / 2 ** 32) * (most - least + 1));
  }
}
