/**
 * Zipf's law: of many places, the k-th most popular one is visited with probability ~ 1 / k^exponent.
 *
 * Drawn by rejection-inversion (W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates from monotone
 * discrete distributions", 1996): the area under x^-exponent, a continuous hat over the steps, is inverted exactly, and
 * the little that lies above a step is drawn again. It needs no table, so there may be millions of places.
 */
import type { Random } from './random.ts';

/** Draws places. */
export class Zipf {
  readonly #places: number;
  readonly #exponent: number;
  /** The hat's area up to the last place, and what it begins with. */
  readonly #areaOfAll: number;
  readonly #areaOfNone: number;
  /** So far above a whole number a place may lie to be taken without a closer look. */
  readonly #squeeze: number;

  /**
   * @param places - how many, at least 1
   * @param exponent - above 0
   */
  constructor(places: number, exponent: number) {
    this.#places = places;
    this.#exponent = exponent;
    this.#areaOfNone = this.#area(1.5) - 1;
    this.#areaOfAll = this.#area(places + 0.5);
    this.#squeeze = 2 - this.#inverse(this.#area(2.5) - this.#height(2));
  }

  /**
   * Draws a place.
   *
   * @param random - where chance comes from
   * @returns 1 (the most popular) to the number of places
   */
  draw(random: Random): number {
    while (true) {
      const area = this.#areaOfAll + random.unit() * (this.#areaOfNone - this.#areaOfAll);
      const x = this.#inverse(area);
      const place = Math.min(Math.max(Math.round(x), 1), this.#places);
      if (place - x <= this.#squeeze || area >= this.#area(place + 0.5) - this.#height(place)) return place;
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
    // Rounding can push the base just below 0 where the area nears its limit.
    return power === 0 ? Math.exp(area) : Math.max(0, 1 + area * power) ** (1 / power);
  }
}
