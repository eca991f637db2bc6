/**
 * Segments: the pieces in which the bitmap of all int32 is sieved, kept and shared.
 *
 * The whole bitmap, a byte for 30 numbers (`assembly/wheel.ts`), would be 72 MB and miss every cache. It is cut into
 * segments of 32 KiB on one fixed grid: segment k is the bytes [k · 32768, (k + 1) · 32768) and the numbers
 * [k · 983040, (k + 1) · 983040). A number's offset is its distance from the first number of its segment.
 *
 * Source: Carter Bays and Richard Hudson, "The segmented sieve of Eratosthenes and primes in arithmetic progressions
 * to 10^12", BIT 17 (1977).
 */
import { MAX_INT32 } from './domain.ts';

/** How many numbers a byte of the bitmap stands for. */
export const WHEEL = 30;

/** The size of a segment in bytes: it fits the first-level data cache of today's processors, 32 or 48 KiB. */
export const SEGMENT_BYTES = 32_768;

/** How many numbers a segment stands for. */
export const SEGMENT_SPAN = SEGMENT_BYTES * WHEEL;

/** How many segments hold all int32; the last one reaches past 2^31 - 1. */
export const SEGMENT_COUNT = Math.ceil((MAX_INT32 + 1) / SEGMENT_SPAN);

/**
 * The number of the segment that holds n.
 *
 * @param n - not negative
 */
export function segmentOf(n: number): number {
  return Math.floor(n / SEGMENT_SPAN);
}

/** The first number of a segment. */
export function startOf(index: number): number {
  return index * SEGMENT_SPAN;
}
