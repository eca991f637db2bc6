/** Intervals where servers err: at bounds, without primes, upside down, below zero. */
import type { Interval } from '@concurrent-primes/protocol';
import { primes } from '@concurrent-primes/sieve';
import type { Explain } from '../exchange.ts';
import { intervalText, stopText } from '../words.ts';
import { askEach, explainNegative, explainSlow, inGroup, MAX_INT32, MIN_INT32, tooWide } from './common.ts';

/** 17,984 primes, 72 KB: more than one write or one segment. */
const LONG: Interval = [0, 199_999];
/** How many intervals are drawn. */
const DRAWN = 20;

const explainReversed: Explain = (evidence, general) => {
  const [a, b] = evidence.interval;
  const isSwapped = evidence.bytes.length >= 8 && general.name !== 'extra-bytes';
  const got = isSwapped
    ? `the server answered as if it were ${intervalText([b, a])}`
    : stopText(evidence.bytes.length, evidence.stop, evidence.timeoutMs);
  return {
    name: 'reversed-interval',
    what: `Asked for ${intervalText([a, b])}, where a > b: ${got}.`,
    hint: 'An interval with a > b is legal and empty: answer N = 0. Do not exchange the bounds, and do not close.',
  };
};

const lengthOf = (interval: Interval): number => [...primes(...interval)].length;

/** Checks of intervals. */
export const INTERVAL_CHECKS = inGroup('intervals', [
  {
    name: 'lecture',
    title: `knows the ${lengthOf([100, 200])} primes of [100, 200]`,
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
        [4, 4],
        [2, 3],
      ]),
  },
  {
    name: 'zero-and-one',
    title: 'knows that 0 and 1 are no primes, and 2 is',
    run: (context) =>
      askEach(context, [
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 2],
        [0, 10],
      ]),
  },
  {
    name: 'squares',
    title: 'rejects the squares of primes',
    run: (context) =>
      askEach(context, [
        [4, 10],
        [20, 30],
        [45, 50],
        [119, 122],
        [167, 170],
        [1_018_070, 1_018_090],
      ]),
  },
  {
    name: 'empty',
    title: 'answers N = 0 where there is no prime',
    run: (context) =>
      askEach(context, [
        [24, 28],
        [90, 96],
      ]),
  },
  {
    name: 'reversed',
    title: 'answers N = 0 when a > b',
    run: (context) =>
      askEach(
        context,
        [
          [120, 100],
          [3, 2],
          [MAX_INT32, MIN_INT32],
        ],
        explainReversed,
      ),
  },
  {
    name: 'negative',
    title: 'takes negative numbers as numbers',
    run: (context) =>
      askEach(
        context,
        [
          [-10, 10],
          [-100, -1],
          [-1, 2],
        ],
        explainNegative,
      ),
  },
  {
    name: 'random',
    title: `knows the primes of ${DRAWN} intervals drawn by the seed`,
    run(context) {
      const draw = (): Interval => {
        const a = context.random.integer(0, 10 ** context.random.integer(2, 6));
        return [a, a + context.random.integer(0, 500)];
      };
      return askEach(context, Array.from({ length: DRAWN }, draw));
    },
  },
  {
    name: 'long-answer',
    title: `sends ${lengthOf(LONG)} primes, 72 KB`,
    unless: tooWide(LONG),
    run: (context) => askEach(context, [LONG], explainSlow),
  },
]);
