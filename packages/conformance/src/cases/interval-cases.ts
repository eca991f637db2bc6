/**
 * Intervals that servers get wrong: at bounds, without primes, with a > b, below zero.
 *
 * Each case looks for one mistake and avoids the others as far as it can: bounds are even unless they are what is
 * checked, and intervals without primes come after `empty`.
 */
import { aboutTopic } from '../case.ts';
import type { Interval } from '../prime-wire.ts';
import { ask, askIn, MAX_INT32 } from '../steps.ts';

/** 17,980 primes, 72 KB: more than one write or one segment. */
const LONG: Interval = [10, 200_000];
const DRAWN = 20;

/** Cases about intervals. */
export const INTERVAL_CASES = aboutTopic('intervals', [
  {
    name: 'squares',
    title: 'rejects the squares of primes',
    run: ask([4, 10], [20, 30], [44, 50], [118, 128], [166, 170], [1_018_060, 1_018_100]),
  },
  {
    name: 'lecture',
    title: 'knows the 21 primes of [100, 200]',
    needs: ['squares'],
    run: ask([100, 200]),
  },
  {
    name: 'bounds',
    title: 'counts both bounds in, also of one number',
    run: ask([11, 17], [2, 2], [3, 3], [97, 97], [2, 3]),
  },
  {
    name: 'empty',
    title: 'answers N = 0 where there is no prime',
    run: ask([32, 36], [90, 96], [8, 8]),
  },
  {
    name: 'zero-and-one',
    title: 'knows that 0 and 1 are no primes',
    needs: ['empty'],
    run: ask([0, 0], [0, 1], [1, 1]),
  },
  {
    name: 'reversed',
    title: 'answers N = 0 when a > b',
    needs: ['empty'],
    run: askIn('reversed', [120, 100], [3, 2], [MAX_INT32, 0]),
  },
  {
    name: 'negative',
    title: 'takes negative numbers as numbers',
    needs: ['squares', 'zero-and-one'],
    run: askIn('negative', [-10, 10], [-10, 1], [-100, -1], [-1, 4]),
  },
  {
    name: 'random',
    title: `knows the primes of ${DRAWN} random intervals`,
    needs: ['squares', 'empty'],
    run(context) {
      const { random } = context;
      const draw = (): Interval => {
        const a = 2 * random(5, 10 ** random(2, 6));
        return [a, a + 2 * random(0, 250)];
      };
      return ask(...Array.from({ length: DRAWN }, draw))(context);
    },
  },
  {
    name: 'long-answer',
    title: 'sends 17980 primes, 72 KB',
    needs: ['squares'],
    widest: LONG,
    run: askIn('long-answer', LONG),
  },
]);
