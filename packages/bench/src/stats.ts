/**
 * What is made of samples.
 *
 * Noise on a shared machine has one sign: whatever disturbs, makes slower, sometimes for minutes. So programs that are
 * compared run in turns, A B A B …, and the medians of all their samples are compared; a bad minute hits both. How wide
 * the samples spread is told by the least and the greatest, which hide nothing.
 */

/** Samples of one program in short. */
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
