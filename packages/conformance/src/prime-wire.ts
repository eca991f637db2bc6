/**
 * The wire format, written a second time on purpose: it is the independent source that the codec of `protocol` and every
 * server are checked against. All integers are two's complement in network byte order.
 */

/** Bytes of each part of the conversation: a and b; N; one prime; the sum. */
export const REQUEST_BYTES = 8;
export const COUNT_BYTES = 4;
export const PRIME_BYTES = 4;
export const SUM_BYTES = 8;

/** Refusals: the meaning of a negative count. */
export const REFUSED = { busy: -1, tooSlow: -2, shuttingDown: -3, tooWide: -4 } as const;

const REFUSAL_NAMES: Readonly<Record<number, string>> = {
  [-1]: 'busy',
  [-2]: 'too-slow',
  [-3]: 'shutting-down',
  [-4]: 'too-wide',
};

/** The byte that starts the greeting dialect: `x`. */
export const GREETING = 0x78;

/** A closed interval of int32. */
export type Interval = readonly [a: number, b: number];

/**
 * The name of a refusal.
 * @param count - N
 * @returns such as `busy`; undefined when N refuses nothing
 */
export function refusalName(count: number): string | undefined {
  return REFUSAL_NAMES[count];
}

/**
 * Writes step 1 of the conversation.
 * @param a - first integer of the interval (int32)
 * @param b - last integer of the interval (int32)
 * @returns 8 bytes
 */
export function requestBytes(a: number, b: number): Uint8Array {
  return int32Bytes([a, b]);
}

/**
 * Writes integers, as steps 2 and 3 of the conversation carry them.
 * @param values - int32 each
 * @returns 4 bytes each
 */
export function int32Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) view.setInt32(index * 4, values[index]!);
  return bytes;
}

/**
 * Writes step 4 of the conversation.
 * @param sum - sum of the primes (int64)
 * @returns 8 bytes
 */
export function sumBytes(sum: bigint): Uint8Array {
  const bytes = Buffer.alloc(SUM_BYTES);
  bytes.writeBigInt64BE(sum);
  return bytes;
}

/**
 * Reads one integer.
 * @param bytes - at least 4 bytes from `offset` on
 * @param offset - index of its first byte
 */
export function readInt32(bytes: Uint8Array, offset = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(offset);
}

/**
 * Reads a sum.
 * @param bytes - 8 bytes
 */
export function readSum(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigInt64(0);
}

/**
 * Lists every way to cut bytes into pieces.
 * @param length - number of bytes (up to 16: there are 2^(length - 1) ways)
 * @returns one list of piece lengths per way, from whole to byte by byte
 * @example
 * ```ts
 * import { everySplit } from '@concurrent-primes/conformance';
 *
 * console.log(everySplit(3)); // prints [ [ 3 ], [ 1, 2 ], [ 2, 1 ], [ 1, 1, 1 ] ]
 * ```
 */
export function everySplit(length: number): number[][] {
  return Array.from({ length: 2 ** (length - 1) }, (_, cuts) => {
    const pieces = [1];
    for (let gap = 0; gap < length - 1; gap++) {
      if ((cuts >> gap) & 1) pieces.push(1);
      else pieces[pieces.length - 1]! += 1;
    }
    return pieces;
  });
}
