/**
 * Statistics of rounds.
 *
 * Noise on a shared machine has one sign: it makes slower, sometimes for minutes. So contenders take turns, several
 * times, and a difference counts when it is larger than the differences among the rounds of one contender. That test
 * assumes nothing about the distribution of the noise: every round of the one is above every round of the other, which
 * is the extreme case of Mann and Whitney's rank test (1947).
 */

export interface Summary {
  /** One value a round, in the order of the rounds. */
  readonly values: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The medians must differ by this factor as well: a smaller difference is not worth a word, even if it is certain. */
const NOTABLE_RATIO = 1.1;

/** Median, least and greatest; throws a RangeError if there is no value. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((x, y) => x - y);
  const [min, max] = [sorted.at(0), sorted.at(-1)];
  if (min === undefined || max === undefined) {
    throw new RangeError('cannot summarize: there must be at least 1 value, got 0');
  }
  const middle = (sorted.length - 1) / 2;
  return { values, median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2, min, max };
}

/** The least of ascending values that a share of them, above 0, doesn't exceed (nearest rank). */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)]!;
}

/**
 * Whether one quantity is larger than another one by more than the noise: each of its rounds is above each of the
 * other's, and its median by a tenth. Fewer than two rounds show no noise: then never.
 */
export function isClearlyAbove(one: Summary, other: Summary): boolean {
  if (Math.min(one.values.length, other.values.length) < 2) return false;
  return one.min > other.max && one.median >= other.median * NOTABLE_RATIO;
}

/** The ratio of two medians; Infinity when the second is 0. */
export function ratioOf(one: Summary, other: Summary): number {
  return one.median / other.median;
}

/**
 * The probability that chance alone puts all rounds of one contender above, or all below, those of another: of all ways
 * to deal the ranks, two look like that.
 */
export function chanceOfSeparation(rounds: number): number {
  let ways = 1;
  for (let i = 1; i <= rounds; i++) ways = (ways * (rounds + i)) / i;
  return 2 / ways;
}

/** The range as a share of the median; 0 when that is 0. */
export function spreadOf({ min, max, median }: Summary): number {
  return median === 0 ? 0 : (max - min) / median;
}

/**
 * Jain's fairness index: 1 when all get the same, 1/n when one of n gets all.
 * R. Jain, D. Chiu, W. Hawe: A Quantitative Measure of Fairness (DEC-TR-301, 1984).
 *
 * @returns undefined when nobody got anything
 */
export function fairnessOf(shares: readonly number[]): number | undefined {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? undefined : (sum * sum) / (shares.length * squares);
}

/** A straight line `y = intercept + slope · x`, and how well it fits. */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** The coefficient of determination: 1 if all points lie on the line, 0 if it explains nothing. */
  readonly r2: number;
}

/** The line of least squares; throws a RangeError if no line goes through them. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))] as const;
  const covariance = (one: 0 | 1, other: 0 | 1): number =>
    mean(points.map((point) => (point[one] - means[one]) * (point[other] - means[other])));
  const [varianceX, varianceY] = [covariance(0, 0), covariance(1, 1)];
  if (!(varianceX > 0)) {
    throw new RangeError(`cannot fit a line: there must be points at 2 different x, got ${points.length} points`);
  }
  const slope = covariance(0, 1) / varianceX;
  // A level line through points of one height explains all that there is.
  const r2 = varianceY === 0 ? 1 : covariance(0, 1) ** 2 / (varianceX * varianceY);
  return { intercept: means[1] - slope * means[0], slope, r2 };
}
