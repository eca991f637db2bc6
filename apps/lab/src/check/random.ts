/**
 * Numbers that look random and are the same for the same seed on every machine, so that a check can be repeated.
 *
 * The generator is mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough to choose intervals. Each
 * check has a sequence of its own, from the seed and its name: it asks the same whether or not others run before it.
 */

/** A sequence of numbers. */
export class Random {
  #state: number;

  /**
   * @param seed - of the whole run
   * @param name - of the check
   */
  constructor(seed: number, name: string) {
    // FNV-1a over the name, beginning at the seed. http://www.isthe.com/chongo/tech/comp/fnv/
    let hash = 0x811c9dc5 ^ seed;
    for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
    this.#state = hash;
  }

  /**
   * The next number.
   *
   * @param least - integer
   * @param greatest - integer, at most 2^32 - 1 above the least
   * @returns an integer between them, both included
   */
  integer(least: number, greatest: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    const fraction = ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
    return least + Math.floor(fraction * (greatest - least + 1));
  }
}
