/**
 * Searches the highest good rate: a state machine that proposes rates and receives verdicts. It has no clock.
 *
 *     climb     double the rate while it is good
 *     descend   halve the rate while no rate was good
 *     bisect    try the geometric mean of the highest good and the lowest bad rate, until they are close
 *
 * On a shared machine a single bad run can be noise, so a rate is bad only if two runs were bad.
 */

/** Options of a search. */
export interface RateSearchOptions {
  /** The rate to try first. Default: 1000. */
  readonly firstRate?: number | undefined;
  /** Highest rate to try. Default: none. */
  readonly maxRate?: number | undefined;
  /** Largest gap between the good and the bad rate at the end, as a share of the good one. Default: 0.05. */
  readonly precision?: number | undefined;
}

/** Lowest rate to try, in requests a second. */
const MIN_RATE = 1;
const TRIES = 2;

/**
 * A search.
 *
 * @example
 * ```ts
 * import { RateSearch } from '@concurrent-primes/load';
 *
 * const search = new RateSearch({ firstRate: 1000 });
 * const limit = 5000; // of a server
 * for (let rate = search.next; rate !== undefined; rate = search.next) search.report(rate <= limit);
 * console.log(search.best !== undefined && search.best <= limit && search.best > 0.95 * limit); // prints true
 * ```
 */
export class RateSearch {
  readonly #maxRate: number;
  readonly #precision: number;
  #rate: number;
  /** The highest good and the lowest bad rate. */
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
      throw new RangeError(`cannot search: firstRate must be from ${MIN_RATE} to ${maxRate}, got ${firstRate}`);
    }
    if (!(precision > 0)) throw new RangeError(`cannot search: precision must be above 0, got ${precision}`);
    this.#rate = firstRate;
    this.#maxRate = maxRate;
    this.#precision = precision;
  }

  /** The rate to try next; undefined when the search is over. */
  get next(): number | undefined {
    return this.#isOver ? undefined : this.#rate;
  }

  /** The highest good rate; undefined if there is none. */
  get best(): number | undefined {
    return this.#best;
  }

  /**
   * Reports the verdict on the rate of {@link next}.
   *
   * @param good - whether the rate was good
   * @throws Error when the search is over
   */
  report(good: boolean): void {
    if (this.#isOver) throw new Error('cannot report a verdict: the search must be under way, got one that is over');
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
 * Finds the knee of a curve of latency against rate, beyond which a little more rate costs much more latency.
 *
 * It is the point furthest below the straight line from the first to the last point, with both axes scaled to the curve
 * (Satopää et al., "Finding a 'Kneedle' in a haystack", 2011).
 *
 * @param curve - in any order
 * @returns undefined if there are fewer than 3 rates, or the curve does not bend upwards
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
