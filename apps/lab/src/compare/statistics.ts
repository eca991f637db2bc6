/**
 * What is made of rounds.
 *
 * Noise on a machine that does other things, too, has one sign: it makes slower. So servers have their turns one after
 * the other, in a shuffled order, several times, and a difference counts when it is larger than what the rounds of one
 * server differ among themselves. The test for that needs no assumption about how the noise is distributed: every round
 * of the one is above every round of the other, which is the extreme case of Mann and Whitney's rank test (1947).
 */

/** A figure over several rounds. */
export interface Measured {
  /** One a round, in the rounds' order. */
  readonly values: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The medians must differ by so much as well: what is smaller is not worth a word, even if it is sure. */
const WORTH_A_WORD = 1.1;

/**
 * Median, least and greatest.
 *
 * @returns undefined if there is no value
 */
export function measured(values: readonly number[]): Measured | undefined {
  const sorted = values.toSorted((x, y) => x - y);
  const [min, max] = [sorted.at(0), sorted.at(-1)];
  if (min === undefined || max === undefined) return undefined;
  const middle = (sorted.length - 1) / 2;
  return { values, median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2, min, max };
}

/**
 * Whether one figure is larger than another one by more than the noise: each of its rounds is above each of the
 * other's, and its median by a tenth. With less than two rounds each there is no noise to compare with: then never.
 */
export function isClearlyAbove(one: Measured, other: Measured): boolean {
  if (Math.min(one.values.length, other.values.length) < 2) return false;
  return one.min > other.max && one.median >= other.median * WORTH_A_WORD;
}

/** How many times as large the median of one is; Infinity when that of the other is 0. */
export function ratioOf(one: Measured, other: Measured): number {
  return one.median / other.median;
}

/**
 * How probable it is that chance alone puts all rounds of one server above, or all below, those of another one: of all
 * ways to deal the ranks, two look like that.
 *
 * @param rounds - of each of the two, at least 1
 */
export function chanceOfSeparation(rounds: number): number {
  let ways = 1;
  for (let i = 1; i <= rounds; i++) ways = (ways * (rounds + i)) / i;
  return 2 / ways;
}

/** The range of a figure as a share of its median; 0 when that is 0. */
export function spreadOf({ min, max, median }: Measured): number {
  return median === 0 ? 0 : (max - min) / median;
}

/**
 * Jain's fairness index: 1 when all get the same, 1/n when one of n gets all.
 * R. Jain, D. Chiu, W. Hawe: A Quantitative Measure of Fairness (DEC-TR-301, 1984).
 *
 * @param shares - what each got, 0 or more
 * @returns undefined when nobody got anything
 */
export function fairnessOf(shares: readonly number[]): number | undefined {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? undefined : (sum * sum) / (shares.length * squares);
}

/**
 * Numbers that look drawn by chance and are the same for the same seed: mulberry32, by Tommy Ettinger.
 *
 * @param seed - uint32
 * @returns a function that gives the next number, from 0 to below 1
 */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The items in an order drawn by chance. R. Durstenfeld: Algorithm 235, Random permutation (1964). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const dealt = [...items];
  for (let left = dealt.length - 1; left > 0; left--) {
    const drawn = Math.floor(random() * (left + 1));
    [dealt[left], dealt[drawn]] = [dealt[drawn]!, dealt[left]!];
  }
  return dealt;
}
