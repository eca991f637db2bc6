/** The intervals that clients of the benchmarks ask for. */

/** All primes of an int32: 420 MB. */
export const WHOLE = [0, 2_147_483_647] as const;

/** 4.8 million primes far from 0: 19 MB, and 100 million numbers to be sieved for it. */
export const WIDE = [1_000_000_000, 1_100_000_000] as const;
