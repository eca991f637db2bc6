/**
 * Contenders in turns: each round measures each of them once, so that a bad minute of the machine hits all. The order
 * changes from round to round, so that what one contender leaves behind (a hot processor, a full cache) serves each of
 * the others as often.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface RoundTurn<T> {
  /** From 1 on. */
  readonly round: number;
  readonly contender: T;
  readonly index: number;
}

/**
 * All turns, round by round.
 *
 * @param seed - uint32, for a shuffled order in each round; without it each round begins with the next contender
 */
export function* turnsOf<T>(contenders: readonly T[], rounds: number, seed?: number): Generator<RoundTurn<T>> {
  const shuffle = seed === undefined ? undefined : shuffler(seed);
  const indexes = contenders.map((_, index) => index);
  for (let round = 1; round <= rounds; round++) {
    const order = shuffle?.(indexes) ?? indexes.map((index) => (index + round) % indexes.length);
    for (const index of order) yield { round, contender: contenders[index]!, index };
  }
}

/**
 * Makes a function that puts items into a random order, the same for the same seed, a uint32. R. Durstenfeld: Algorithm
 * 235, Random permutation (1964).
 */
export function shuffler(seed: number): <T>(items: readonly T[]) => T[] {
  // Neighbouring seeds start with related numbers; a jump separates them.
  const random = xoroshiro128plus(seed);
  random.jump();
  return (items) => {
    const dealt = [...items];
    for (let left = dealt.length - 1; left > 0; left--) {
      const drawn = uniformInt(random, 0, left);
      [dealt[left], dealt[drawn]] = [dealt[drawn]!, dealt[left]!];
    }
    return dealt;
  };
}
