/**
 * The primes of an interval in arrays, for code that wants numbers rather than a wire.
 *
 * The same object is iterable in both ways: `for … of` runs through, `for await … of` gives the event loop a turn after
 * each chunk, so that a server stays responsive while it lists a hundred million primes. Each chunk is a copy, the
 * caller's to keep.
 */
import { checkInteger, checkInterval } from './domain.ts';
import { eventLoopTurn } from './event-loop-turn.ts';
import { SEGMENT_SPAN, segmentOf, startOf } from './segment.ts';
import { sieved } from './segment-cache.ts';
import { CHUNK_BYTES, chunkBuffer, PrimeStream } from './stream.ts';
import { threadKernel } from './thread-kernel.ts';

const UINT32_BYTES = 4;

/** The most primes in a chunk: about as many as a segment can hold. */
const MAX_LENGTH = 65_536;

/** Primes in arrays of one type; each iteration begins at the beginning. */
export interface Chunks<T> extends Iterable<T>, AsyncIterable<T> {}

/**
 * The primes in [a, b], ascending, as numbers.
 *
 * @param a - lower bound, an int32
 * @param b - upper bound, an int32 (it belongs to the interval); below `a` there are none
 * @param options - `length`: the most primes in a chunk, 1 to 65536; none is empty, and those at the end of a segment
 * are shorter
 * @throws TypeError if an argument is no integer, RangeError if it is out of range
 * @example
 * ```ts
 * import { primeChunks } from '@concurrent-primes/sieve';
 *
 * let leavingOne = 0;
 * for await (const chunk of primeChunks(0, 1_000_000)) leavingOne += chunk.filter((prime) => prime % 4 === 1).length;
 * console.log(leavingOne); // prints 39175
 * ```
 */
export function primeChunks(
  a: number,
  b: number,
  { length = CHUNK_BYTES / UINT32_BYTES }: { readonly length?: number } = {},
): Chunks<Uint32Array<ArrayBuffer>> {
  checkInterval('list primes', a, b);
  checkInteger('list primes', 'length', length, 1, MAX_LENGTH);
  return iterableBothWays(() => generateNumbers(a, b, length));
}

/**
 * The primes in [a, b], ascending, as big-endian int32.
 *
 * @param a - lower bound, an int32
 * @param b - upper bound, an int32 (it belongs to the interval); below `a` there are none
 * @param options - `length`: the most primes in a chunk, 1 to 65536; none is empty, and those at the end of a segment
 * are shorter
 * @throws TypeError if an argument is no integer, RangeError if it is out of range
 * @example
 * ```ts
 * import { primeBytes } from '@concurrent-primes/sieve';
 *
 * for (const bytes of primeBytes(10, 20)) console.log(Buffer.from(bytes).toString('hex'));
 * // prints 0000000b0000000d0000001100000013
 * ```
 */
export function primeBytes(
  a: number,
  b: number,
  { length = CHUNK_BYTES / UINT32_BYTES }: { readonly length?: number } = {},
): Chunks<Uint8Array<ArrayBuffer>> {
  checkInterval('list primes', a, b);
  checkInteger('list primes', 'length', length, 1, MAX_LENGTH);
  return iterableBothWays(() => generateBytes(a, b, length));
}

function* generateNumbers(a: number, b: number, length: number): Generator<Uint32Array<ArrayBuffer>, void, undefined> {
  const kernel = threadKernel();
  const limit = kernel.chunk + length * UINT32_BYTES;
  for (let next = Math.max(a, 2); next <= b;) {
    const to = Math.min(b, startOf(segmentOf(next)) + SEGMENT_SPAN - 1);
    const { at, start } = sieved(next, to);
    const end = Math.min(limit, kernel.expand(at, start, next - start, to - start, kernel.chunk, limit, 'host'));
    const chunk = new Uint32Array(kernel.memory.slice(kernel.chunk, end).buffer);
    // Before the yield: behind it the chunk is the caller's, who may have changed it.
    next = end === limit ? chunk[length - 1]! + 1 : to + 1;
    if (chunk.length > 0) yield chunk;
  }
}

function* generateBytes(a: number, b: number, length: number): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  const stream = new PrimeStream(a, b);
  const target = chunkBuffer(length * UINT32_BYTES);
  while (!stream.done) {
    const chunk = target.slice(0, stream.fill(target));
    stream.advance(chunk.length);
    if (chunk.length > 0) yield chunk;
  }
}

function iterableBothWays<T>(generate: () => Generator<T, void, undefined>): Chunks<T> {
  return {
    [Symbol.iterator]: generate,
    async *[Symbol.asyncIterator]() {
      for (const chunk of generate()) {
        yield chunk;
        await eventLoopTurn();
      }
    },
  };
}
