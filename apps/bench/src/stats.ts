/**
 * What is made of samples.
 *
 * Noise on a shared machine has one sign: whatever disturbs, makes slower, sometimes for minutes. So contenders that
 * are compared run in turns, A B C A B C …, and the medians of all their samples are compared; a bad minute hits all.
 * How wide the samples spread is told by the least and the greatest, which hide nothing.
 */

/** Samples of one contender in short. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Median, least and greatest.
 *
 * @param samples - at least one
 * @throws RangeError if there is none
 */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((x, y) => x - y);
  const [min, max] = [sorted.at(0), sorted.at(-1)];
  if (min === undefined || max === undefined) {
    throw new RangeError('Cannot summarize: there must be at least 1 sample, received 0');
  }
  const middle = (sorted.length - 1) / 2;
  return { median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2, min, max };
}

/** A straight line `y = intercept + slope · x`, and how well it fits. */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** The coefficient of determination: 1 if all points lie on the line, 0 if it explains nothing. */
  readonly r2: number;
}

/**
 * The line of least squares through points.
 *
 * @param points - at least two, with different x
 * @throws RangeError if no line goes through them
 */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const covariance = (one: 0 | 1, other: 0 | 1): number => {
    const means = [meanX, meanY];
    return mean(points.map((point) => (point[one] - means[one]!) * (point[other] - means[other]!)));
  };
  const varianceX = covariance(0, 0);
  if (!(varianceX > 0)) {
    throw new RangeError(`Cannot fit a line: there must be points at 2 different x, received ${points.length} points`);
  }
  const slope = covariance(0, 1) / varianceX;
  const varianceY = covariance(1, 1);
  // A level line through points of one height explains all that there is.
  const r2 = varianceY === 0 ? 1 : covariance(0, 1) ** 2 / (varianceX * varianceY);
  return { intercept: meanY - slope * meanX, slope, r2 };
}
