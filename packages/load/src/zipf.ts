/**
 * Zipf's law: of many items, the k-th most popular one is drawn with probability ~ 1 / k^exponent.
 *
 * Method: rejection-inversion (W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates from monotone
 * discrete distributions", 1996). The area under x^-exponent, a continuous hat over the steps, is inverted exactly; a
 * draw that falls above its step is repeated. It needs no table, so there may be millions of items.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Draws ranks. */
export class Zipf {
  readonly #ranks: number;
  readonly #exponent: number;
  /** The hat's area up to the last rank, and where the area begins. */
  readonly #lastArea: number;
  readonly #firstArea: number;
  /** A rank at most this far above x is accepted without computing its step. */
  readonly #squeeze: number;

  /**
   * @param ranks - number of items, at least 1
   * @param exponent - above 0
   */
  constructor(ranks: number, exponent: number) {
    this.#ranks = ranks;
    this.#exponent = exponent;
    this.#firstArea = this.#area(1.5) - 1;
    this.#lastArea = this.#area(ranks + 0.5);
    this.#squeeze = 2 - this.#inverse(this.#area(2.5) - this.#height(2));
  }

  /** Draws a rank, from 1 (the most popular) to the number of items. */
  draw(random: RandomGenerator): number {
    while (true) {
      const area = this.#lastArea + uniformFloat64(random) * (this.#firstArea - this.#lastArea);
      const x = this.#inverse(area);
      const rank = Math.min(Math.max(Math.round(x), 1), this.#ranks);
      if (rank - x <= this.#squeeze || area >= this.#area(rank + 0.5) - this.#height(rank)) return rank;
    }
  }

  #height(x: number): number {
    return x ** -this.#exponent;
  }

  /** Integral of x^-exponent from 1. */
  #area(x: number): number {
    const power = 1 - this.#exponent;
    return power === 0 ? Math.log(x) : (x ** power - 1) / power;
  }

  #inverse(area: number): number {
    const power = 1 - this.#exponent;
    // Rounding can push the base just below 0 where the area is near its limit.
    return power === 0 ? Math.exp(area) : Math.max(0, 1 + area * power) ** (1 / power);
  }
}
