/** Intervals where servers err: at bounds, without primes, upside down, below zero. */
import type { Interval } from '@concurrent-primes/protocol';
import { countPrimes } from '@concurrent-primes/sieve';
import { askEach, explainNegative, explainReversed, explainSlow, inGroup, MAX_INT32, tooWide } from './common.ts';

/** 17,980 primes, 72 KB: more than one write or one segment. */
const LONG: Interval = [10, 200_000];
/** How many intervals are drawn. */
const DRAWN = 20;

/**
 * Checks of intervals. Each looks for one mistake, and keeps clear of the others as far as it can: bounds are even
 * unless they are what is checked, and what has no primes comes after `empty`.
 */
export const INTERVAL_CHECKS = inGroup('intervals', [
  {
    name: 'squares',
    title: 'rejects the squares of primes',
    run: (context) =>
      askEach(context, [
        [4, 10],
        [20, 30],
        [44, 50],
        [118, 128],
        [166, 170],
        [1_018_060, 1_018_100],
      ]),
  },
  {
    name: 'lecture',
    title: `knows the ${countPrimes(100, 200)} primes of [100, 200]`,
    needs: ['squares'],
    run: (context) => askEach(context, [[100, 200]]),
  },
  {
    name: 'bounds',
    title: 'counts both bounds in, also of one number',
    run: (context) =>
      askEach(context, [
        [11, 17],
        [2, 2],
        [3, 3],
        [97, 97],
        [2, 3],
      ]),
  },
  {
    name: 'empty',
    title: 'answers N = 0 where there is no prime',
    run: (context) =>
      askEach(context, [
        [32, 36],
        [90, 96],
        [8, 8],
      ]),
  },
  {
    name: 'zero-and-one',
    title: 'knows that 0 and 1 are no primes',
    needs: ['empty'],
    run: (context) =>
      askEach(context, [
        [0, 0],
        [0, 1],
        [1, 1],
      ]),
  },
  {
    name: 'reversed',
    title: 'answers N = 0 when a > b',
    needs: ['empty'],
    run: (context) =>
      askEach(
        context,
        [
          [120, 100],
          [3, 2],
          [MAX_INT32, 0],
        ],
        explainReversed,
      ),
  },
  {
    name: 'negative',
    title: 'takes negative numbers as numbers',
    needs: ['squares', 'zero-and-one'],
    run: (context) =>
      askEach(
        context,
        [
          [-10, 10],
          [-100, -1],
          [-1, 4],
        ],
        explainNegative,
      ),
  },
  {
    name: 'random',
    title: `knows the primes of ${DRAWN} random intervals`,
    needs: ['squares', 'empty'],
    run(context) {
      const draw = (): Interval => {
        const a = 2 * context.random.integer(5, 10 ** context.random.integer(2, 6));
        return [a, a + 2 * context.random.integer(0, 250)];
      };
      return askEach(context, Array.from({ length: DRAWN }, draw));
    },
  },
  {
    name: 'long-answer',
    title: `sends ${countPrimes(...LONG)} primes, 72 KB`,
    needs: ['squares'],
    unless: tooWide(LONG),
    run: (context) => askEach(context, [LONG], explainSlow),
  },
]);
