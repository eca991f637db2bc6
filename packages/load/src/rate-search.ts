/**
 * Looks for the highest rate that is still good: says which to try next, is told how it went, knows no clock.
 *
 *     climb     the rate doubles while it is good
 *     descend   it halves while not even the first one was good
 *     bisect    between the last good and the first bad one, by their geometric mean, until they are close
 *
 * On a machine that others use too, one bad run may be bad luck: a rate is bad when it was tried twice and bad both
 * times.
 */

/** Options of a search. */
export interface RateSearchOptions {
  /** The rate to try first. Default: 1000. */
  readonly firstRate?: number | undefined;
  /** No rate above this is tried. Default: none. */
  readonly maxRate?: number | undefined;
  /** So close the bad rate must be above the good one, as a share of it. Default: 0.05. */
  readonly precision?: number | undefined;
}

/** A server that can't do one request a second has no rate to find. */
const MIN_RATE = 1;
const TRIES = 2;

/**
 * A search under way.
 *
 * @example
 * ```ts
 * import { RateSearch } from '@concurrent-primes/load';
 *
 * const search = new RateSearch({ firstRate: 1000 });
 * const limit = 5000; // what a server can do
 * for (let rate = search.next; rate !== undefined; rate = search.next) search.report(rate <= limit);
 * console.log(search.best !== undefined && search.best <= limit && search.best > 0.95 * limit); // prints true
 * ```
 */
export class RateSearch {
  readonly #maxRate: number;
  readonly #precision: number;
  #rate: number;
  /** The highest that was good, and the lowest that was bad. */
  #best: number | undefined;
  #bad = Infinity;
  #failures = 0;
  #isOver = false;

  /**
   * @param options - see {@link RateSearchOptions}
   * @throws RangeError if one of them is out of range
   */
  constructor({ firstRate = 1000, maxRate = Infinity, precision = 0.05 }: RateSearchOptions = {}) {
    if (!(firstRate >= MIN_RATE && firstRate <= maxRate)) {
      throw new RangeError(`cannot search: the first rate must be from ${MIN_RATE} to ${maxRate}, got ${firstRate}`);
    }
    if (!(precision > 0)) throw new RangeError(`cannot search: precision must be above 0, got ${precision}`);
    this.#rate = firstRate;
    this.#maxRate = maxRate;
    this.#precision = precision;
  }

  /** The rate to try now; undefined when the search is over. */
  get next(): number | undefined {
    return this.#isOver ? undefined : this.#rate;
  }

  /** The highest rate that was good; undefined if none was. */
  get best(): number | undefined {
    return this.#best;
  }

  /**
   * Says how it went.
   *
   * @param good - whether the rate of {@link next} was
   * @throws Error when the search is over
   */
  report(good: boolean): void {
    if (this.#isOver) throw new Error('cannot report: the search must be under way, it is over');
    if (!good && ++this.#failures < TRIES) return;
    this.#failures = 0;
    if (good) this.#best = this.#rate;
    else this.#bad = this.#rate;
    const next = this.#choose();
    this.#isOver = next === undefined;
    this.#rate = next ?? this.#rate;
  }

  #choose(): number | undefined {
    const [best, bad] = [this.#best, this.#bad];
    if (best === undefined) return bad > MIN_RATE ? Math.max(MIN_RATE, bad / 2) : undefined;
    if (best >= this.#maxRate || bad <= best * (1 + this.#precision)) return undefined;
    return bad === Infinity ? Math.min(best * 2, this.#maxRate) : Math.sqrt(best * bad);
  }
}

/** A point of a curve. */
export interface CurvePoint {
  readonly rate: number;
  readonly latencyMs: number;
}

/**
 * Where a curve of latency against rate bends: beyond it a little more rate costs much more latency.
 *
 * It is the point that lies furthest below the straight line from the curve's first to its last point, both axes scaled
 * to the curve (Satopää et al., "Finding a 'Kneedle' in a haystack", 2011).
 *
 * @param curve - in any order
 * @returns undefined if there are less than 3 rates, or nothing bends upwards
 */
export function kneeOf<Point extends CurvePoint>(curve: readonly Point[]): Point | undefined {
  const sorted = curve.toSorted((one, other) => one.rate - other.rate);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || sorted.length < 3) return undefined;
  const below = ({ rate, latencyMs }: Point): number => {
    const across = (rate - first.rate) / (last.rate - first.rate);
    return across - (latencyMs - first.latencyMs) / (last.latencyMs - first.latencyMs);
  };
  const knee = sorted.reduce((lowest, point) => (below(point) > below(lowest) ? point : lowest));
  return last.latencyMs > first.latencyMs && below(knee) > 0 ? knee : undefined;
}
