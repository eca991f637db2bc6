/**
 * Sieving one segment: the segmented sieve of Eratosthenes on a mod-30 bitmap.
 *
 * The bitmap of all int32 would be 72 MB and miss every cache. It is cut into segments of 32 KiB on one fixed grid:
 * segment k is the bytes [k · 32768, (k + 1) · 32768) and the numbers [k · 983040, (k + 1) · 983040). A segment is
 * sieved on its own, from its number alone, so any one can be had at any time in bounded memory.
 *
 * It starts as a copy of a pattern in which 7, 11, 13 and 17 are crossed out already: their multiples repeat every
 * 7 · 11 · 13 · 17 = 17017 bytes, and they are nearly a quarter of all the crossings. All other primes up to the root of the
 * segment's end are then crossed out in whole rounds (rounds.ts), in a window with room for the overhang.
 *
 * Source: Carter Bays and Richard Hudson, "The segmented sieve of Eratosthenes and primes in arithmetic progressions
 * to 10^12", BIT 17 (1977).
 */
import { MAX_INT32 } from './domain.ts';
import { crossOut } from './rounds.ts';
import { ROOT, SMALL_PRIMES } from './small-primes.ts';
import { WHEEL, WHEEL_PRIMES } from './wheel.ts';

/** The size of a segment in bytes: it fits the first-level data cache of today's processors, 32 or 48 KiB. */
export const SEGMENT_BYTES = 32_768;

/** How many numbers a segment stands for. */
export const SEGMENT_SPAN = SEGMENT_BYTES * WHEEL;

/** How many segments hold all int32; the last one reaches past 2^31 - 1. */
export const SEGMENT_COUNT = Math.ceil((MAX_INT32 + 1) / SEGMENT_SPAN);

/** A sieved piece of the number line: bit j of byte i is 1 if `start + 30 i + RESIDUES[j]` is prime. */
export interface Segment {
  /** The first number it stands for, a multiple of {@link SEGMENT_SPAN}. */
  readonly start: number;
  /** {@link SEGMENT_BYTES} bytes. */
  readonly bytes: Uint8Array;
}

const PATTERN_PRIMES = [7, 11, 13, 17] as const;
const PATTERN_PERIOD = 7 * 11 * 13 * 17;
/** One period and a segment more, so that a segment is one copy wherever in the period it starts. */
const PATTERN = makePattern();

/** The segment being sieved, with room for the overhang of the greatest prime on both sides. */
const WINDOW = new Uint8Array(ROOT + SEGMENT_BYTES + ROOT);
const WINDOW_END = ROOT + SEGMENT_BYTES;

/** Byte 0 of the whole bitmap, 1 to 29: all are prime but 1. Set by hand, since primes below 30 cross themselves out. */
const BYTE_ZERO = 0b1111_1110;

/**
 * The number of the segment that holds n.
 *
 * @param n - not negative
 */
export function segmentOf(n: number): number {
  return Math.floor(n / SEGMENT_SPAN);
}

/**
 * Sieves one segment.
 *
 * @param index - the segment's number, 0 to {@link SEGMENT_COUNT} - 1
 * @param bytes - where to, {@link SEGMENT_BYTES} bytes
 */
export function sieveSegment(index: number, bytes: Uint8Array): void {
  const firstByte = index * SEGMENT_BYTES;
  const endNumber = (index + 1) * SEGMENT_SPAN;
  const phase = firstByte % PATTERN_PERIOD;
  WINDOW.set(PATTERN.subarray(phase, phase + SEGMENT_BYTES), ROOT);
  for (let i = WHEEL_PRIMES.length + PATTERN_PRIMES.length; i < SMALL_PRIMES.length; i++) {
    const prime = SMALL_PRIMES[i]!;
    if (prime * prime >= endNumber) break;
    crossOut(WINDOW, ROOT, WINDOW_END, firstByte, prime);
  }
  bytes.set(WINDOW.subarray(ROOT, WINDOW_END));
  if (index === 0) bytes[0] = BYTE_ZERO;
}

function makePattern(): Uint8Array {
  const overhang = Math.max(...PATTERN_PRIMES);
  const length = PATTERN_PERIOD + SEGMENT_BYTES;
  const bytes = new Uint8Array(length + overhang).fill(0xff);
  for (const prime of PATTERN_PRIMES) crossOut(bytes, 0, length, 0, prime);
  return bytes.subarray(0, length);
}
