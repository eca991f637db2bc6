/**
 * Expanding a bitmap: from bits to primes as big-endian int32, as they go over the wire.
 *
 * A byte's set bits are taken off from the lowest: `bits & -bits` isolates it, `clz32` gives its number and with it the
 * residue, `bits & (bits - 1)` takes it away. The bytes of a prime are written one by one, so the target needs no
 * alignment and the host's byte order doesn't matter.
 *
 * The target may begin and end inside a prime. Then positions reach from -3 up to three bytes past its end, and only
 * the bytes that lie inside the target are written.
 */
import type { Segment } from './segment.ts';
import { BITS_FROM, LAST_WHEEL_PRIME, RESIDUES, WHEEL, WHEEL_PRIMES } from './wheel.ts';

/** The size of a prime on the wire. */
export const INT32_BYTES = 4;

/**
 * Writes the primes in [from, to], ascending, until the target is full.
 *
 * @param segment - the segment that holds all of [from, to]
 * @param from - at most `to`
 * @param skip - how many bytes of the first prime are left out, 0 to 3
 * @returns the position behind the last prime written; it can lie past the end of the target, by a part of that prime
 */
export function expand(segment: Segment, from: number, to: number, target: Uint8Array, skip: number): number {
  const end = target.length;
  let at = 0 - skip;
  if (from <= LAST_WHEEL_PRIME) {
    for (const prime of WHEEL_PRIMES) {
      if (prime < from) continue;
      if (prime > to || at >= end) return at;
      writeClipped(target, at, prime);
      at += INT32_BYTES;
    }
  }

  const { bytes, start } = segment;
  const first = Math.floor((from - start) / WHEEL);
  const last = Math.floor((to - start) / WHEEL);
  const firstBits = BITS_FROM[from % WHEEL]!;
  // In locals, as some bundlers and test runners turn each use of an imported name into a call.
  const residues = RESIDUES;
  const wheel = WHEEL;
  for (let i = first; i <= last; i++) {
    let bits = bytes[i]!;
    if (i === first) bits &= firstBits;
    const number = start + wheel * i;
    while (bits !== 0) {
      const prime = number + residues[31 - Math.clz32(bits & -bits)]!;
      if (prime > to || at >= end) return at;
      bits &= bits - 1;
      if (at >= 0 && at + INT32_BYTES <= end) {
        target[at] = prime >>> 24;
        target[at + 1] = prime >>> 16;
        target[at + 2] = prime >>> 8;
        target[at + 3] = prime;
      } else {
        writeClipped(target, at, prime);
      }
      at += INT32_BYTES;
    }
  }
  return at;
}

/** Writes those bytes of a prime that lie inside the target. */
function writeClipped(target: Uint8Array, at: number, prime: number): void {
  const end = Math.min(INT32_BYTES, target.length - at);
  for (let i = Math.max(0, -at); i < end; i++) target[at + i] = prime >>> (8 * (INT32_BYTES - 1 - i));
}
