import { SEGMENT_SPAN } from '../segment.ts';

/** Short intervals at edge cases: the wheel's primes, small gaps, segment borders, the ends of int32. */
export const EDGE_INTERVALS: readonly (readonly [number, number])[] = [
  [2, 2],
  [3, 2],
  [1, 1],
  [3, 3],
  [4, 4],
  [5, 5],
  [2, 3],
  [3, 5],
  [4, 6],
  [5, 7],
  [6, 7],
  [0, 30],
  [7, 7],
  [24, 28],
  [29, 31],
  [30, 30],
  [31, 59],
  [-10, 10],
  [-10, -1],
  [-2_147_483_648, 2],
  [-2_147_483_648, -2_147_483_648],
  [2_147_483_647, -2_147_483_648],
  [2_147_483_646, 2_147_483_646],
  [2_147_483_647, 2_147_483_647],
  [2_147_483_400, 2_147_483_647],
  // The squares of the greatest and the least primes used for sieving.
  [46_337 ** 2 - 30, 46_337 ** 2 + 30],
  [46_309 * 46_337, 46_309 * 46_337],
  [19 * 19, 19 * 19],
  ...[1, 2, 3, 500, 1000, 2184].flatMap((k) => {
    const border = k * SEGMENT_SPAN;
    return [
      [border - 100, border - 1],
      [border, border + 100],
      [border - 100, border + 100],
      [border - 1, border],
      [border + 1, border + 1],
    ] as const;
  }),
];
