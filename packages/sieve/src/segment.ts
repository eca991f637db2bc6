/**
 * Segments: the pieces in which the bitmap of all int32 is sieved, stored and shared.
 *
 * The whole bitmap, one byte for 30 numbers (`assembly/wheel.ts`), has 72 MB, more than any cache. It is cut into
 * segments of 32 KiB: segment k is the bytes [k · 32768, (k + 1) · 32768) and the numbers [k · 983040,
 * (k + 1) · 983040). A number's offset is its distance from the first number of its segment.
 *
 * Source: Carter Bays and Richard Hudson, "The segmented sieve of Eratosthenes and primes in arithmetic progressions
 * to 10^12", BIT 17 (1977).
 */
import { MAX_INT32 } from './domain.ts';

/** Numbers in a byte of the bitmap. */
export const WHEEL = 30;

/** Size of a segment in bytes: it fits the first-level data cache of current processors, 32 or 48 KiB. */
export const SEGMENT_BYTES = 32_768;

/** Numbers in a segment. */
export const SEGMENT_SPAN = SEGMENT_BYTES * WHEEL;

/** Segments for all int32; the last one reaches past 2^31 - 1. */
export const SEGMENT_COUNT = Math.ceil((MAX_INT32 + 1) / SEGMENT_SPAN);

/** The primes without a bit in the bitmap, 2 · 3 · 5 = 30; code that reads the bitmap adds them. */
export const WHEEL_PRIMES = [2, 3, 5] as const;

/** The greatest of {@link WHEEL_PRIMES}: all primes above it have a bit. */
export const LAST_WHEEL_PRIME = 5;

/** The index of the segment with n, which must not be negative. */
export function segmentOf(n: number): number {
  return Math.floor(n / SEGMENT_SPAN);
}

/** The first number of a segment. */
export function startOf(index: number): number {
  return index * SEGMENT_SPAN;
}
