/**
 * Summing received primes.
 */
import { threadKernel } from './thread-kernel.ts';

const INT32_BYTES = 4;

/**
 * The sum of big-endian int32, none negative.
 *
 * @param bytes - Whole numbers. Bytes outside the {@link chunkBuffer} are copied into it.
 * @throws RangeError when the length is not a multiple of 4.
 *
 * @example
 * ```ts
 * import { sumInt32BE } from '@concurrent-primes/sieve';
 *
 * console.log(sumInt32BE(Uint8Array.of(0, 0, 0, 2, 0, 0, 1, 1))); // prints 259n
 * ```
 */
export function sumInt32BE(bytes: Uint8Array): bigint {
  if (bytes.length % INT32_BYTES !== 0) {
    throw new RangeError(`cannot sum int32: bytes must hold a multiple of 4 bytes, got ${bytes.length}`);
  }
  const kernel = threadKernel();
  if (bytes.buffer === kernel.memory.buffer) return kernel.sumInt32BE(bytes.byteOffset, bytes.length / INT32_BYTES);
  let total = 0n;
  for (let at = 0; at < bytes.length; at += kernel.chunkBytes) {
    const part = bytes.subarray(at, at + kernel.chunkBytes);
    kernel.memory.set(part, kernel.chunk);
    total += kernel.sumInt32BE(kernel.chunk, part.length / INT32_BYTES);
  }
  return total;
}
