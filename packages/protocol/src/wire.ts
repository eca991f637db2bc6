/**
 * The wire format, version 1: the length and the meaning of each message. SPEC.md describes it in prose.
 *
 * Every number is two's complement in network byte order (big-endian, RFC 1700 "Data Notation"). All messages but the
 * list of primes have a fixed length, and N gives the length of that list, so a reader always knows how many bytes are
 * due.
 */

/** Bytes of step 1: `a` and `b`, an int32 each. */
export const REQUEST_BYTES = 8;
/** Bytes of step 2: `N`, an int32. */
export const COUNT_BYTES = 4;
/** Bytes of one prime of step 3: an int32. */
export const PRIME_BYTES = 4;
/** Bytes of step 4: the sum, an int64. */
export const SUM_BYTES = 8;

/** The one byte (`x`) that a server of the dialect `greeting` sends first on a connection. */
export const GREETING = 0x78;
export const GREETING_BYTES = 1;

/** The address a server listens on and a client connects to, unless told otherwise. */
export const DEFAULT_HOST = '127.0.0.1';
/** The TCP port a server listens on and a client connects to, unless told otherwise. */
export const DEFAULT_PORT = 65432;

/** Number of primes in [0, 2^31 - 1], the longest answer (OEIS A007053, pi(2^31)). */
export const MAX_COUNT = 105_097_565;

/** The negative N of each refusal, by name. */
export const REFUSALS = {
  busy: -1,
  'too-slow': -2,
  'shutting-down': -3,
  'too-wide': -4,
} as const;

/** Name of a refusal. */
export type RefusalName = keyof typeof REFUSALS;

/** The negative N of a refusal. */
export type RefusalCode = (typeof REFUSALS)[RefusalName];

/** A closed interval [a, b] of int32. */
export type Interval = readonly [a: number, b: number];

/** Returns the name of a refusal, or undefined if this N is none. */
export function refusalName(count: RefusalCode): RefusalName;
export function refusalName(count: number): RefusalName | undefined;
export function refusalName(count: number): RefusalName | undefined {
  return (Object.keys(REFUSALS) as RefusalName[]).find((name) => REFUSALS[name] === count);
}

/** Tells whether an N is a refusal. */
export function isRefusal(count: number): count is RefusalCode {
  // Every N passes through here, and few are refusals.
  return count < 0 && refusalName(count) !== undefined;
}

/** Returns an upper bound of N without primes: how many numbers from 2 on in [a, b] are 2 or odd, or MAX_COUNT. */
export function maxCount(a: number, b: number): number {
  const low = Math.max(a, 2);
  if (b < low) return 0;
  const odd = Math.floor((b + 1) / 2) - Math.floor(low / 2);
  return Math.min(odd + (low === 2 ? 1 : 0), MAX_COUNT);
}

/**
 * Encodes step 1 as 8 new bytes.
 *
 * @throws RangeError if a bound is not an int32
 */
export function encodeRequest(a: number, b: number): Uint8Array {
  const bytes = new Uint8Array(REQUEST_BYTES);
  writeInt32(bytes, 0, a);
  writeInt32(bytes, 4, b);
  return bytes;
}

/**
 * Decodes step 1. Every 8 bytes are a legal request.
 *
 * @param bytes - at least 8 bytes from the offset on; further bytes are ignored
 * @throws RangeError if there are fewer
 */
export function decodeRequest(bytes: Uint8Array, offset = 0): Interval {
  requireBytes('a request', bytes.length - offset, REQUEST_BYTES);
  return [readInt32(bytes, offset), readInt32(bytes, offset + 4)];
}

/**
 * Encodes step 2, or a refusal, as 4 new bytes.
 *
 * @param count - N, or a negative {@link RefusalCode}
 * @throws RangeError if it is not an int32
 */
export function encodeCount(count: number): Uint8Array {
  const bytes = new Uint8Array(COUNT_BYTES);
  writeInt32(bytes, 0, count);
  return bytes;
}

/**
 * Decodes step 2. The caller checks the number with {@link isRefusal} and {@link maxCount}.
 *
 * @param bytes - at least 4 bytes; further bytes are ignored
 * @throws RangeError if there are fewer
 */
export function decodeCount(bytes: Uint8Array): number {
  requireBytes('a count', bytes.length, COUNT_BYTES);
  return readInt32(bytes, 0);
}

/**
 * Encodes step 3, for tests and examples; servers write primes directly into their send buffer.
 *
 * @throws RangeError if one is not an int32
 */
export function encodePrimes(primes: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(primes.length * PRIME_BYTES);
  for (let i = 0; i < primes.length; i++) writeInt32(bytes, i * PRIME_BYTES, primes[i]!);
  return bytes;
}

/**
 * Encodes step 4 as 8 new bytes.
 *
 * @param sum - the sum of the primes, int64; it can exceed 2^53
 * @throws RangeError if it is not an int64
 */
export function encodeSum(sum: bigint): Uint8Array {
  if (BigInt.asIntN(64, sum) !== sum) throw new RangeError(`cannot encode a sum: needs an int64, got ${String(sum)}`);
  const bytes = new Uint8Array(SUM_BYTES);
  new DataView(bytes.buffer).setBigInt64(0, sum);
  return bytes;
}

/** Shared: making a view of each sum's own bytes costs more than copying them. */
const sumView = new DataView(new ArrayBuffer(SUM_BYTES));

/**
 * Decodes step 4.
 *
 * @param bytes - at least 8 bytes; further bytes are ignored
 * @throws RangeError if there are fewer
 */
export function decodeSum(bytes: Uint8Array): bigint {
  requireBytes('a sum', bytes.length, SUM_BYTES);
  for (let i = 0; i < SUM_BYTES; i++) sumView.setUint8(i, bytes[i]!);
  return sumView.getBigInt64(0);
}

/**
 * Writes one int32, big-endian.
 *
 * @throws RangeError if value is not an int32, or the 4 bytes are not inside target
 */
export function writeInt32(target: Uint8Array, offset: number, value: number): void {
  if ((value | 0) !== value) throw new RangeError(`cannot encode a number: needs an int32, got ${value}`);
  if (offset + 4 > target.length) {
    throw new RangeError(`cannot encode a number: needs ${offset + 4} bytes of memory, got ${target.length}`);
  }
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}

/**
 * Reads one int32, big-endian.
 *
 * @param offset - index of the first of the 4 bytes, which must be inside
 */
export function readInt32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
}

function requireBytes(what: string, present: number, needed: number): void {
  if (present < needed) {
    throw new RangeError(`cannot decode ${what}: needs ${needed} bytes, got ${present}`);
  }
}
