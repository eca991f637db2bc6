/**
 * The primes of an interval in arrays, and one by one.
 *
 * Arrays are iterable in two ways: `for … of` runs without a pause, `for await … of` gives the event loop a turn
 * after each chunk, so that a program stays responsive. Each chunk is a copy that belongs to the caller.
 */
import { checkInteger, checkInterval } from './domain.ts';
import { SEGMENT_SPAN, segmentOf, startOf } from './segment.ts';
import { sieved } from './segment-cache.ts';
import { CHUNK_BYTES, chunkBuffer, PrimeStream } from './stream.ts';
import { threadKernel } from './thread-kernel.ts';

const UINT32_BYTES = 4;

/** The most primes in a chunk: about as many as in a segment. */
const MAX_LENGTH = 65_536;

/** The primes that {@link primes} takes at a time: a fetch costs little, and a loop that ends early wastes few. */
const BATCH = 1024;

export interface ChunkOptions {
  /** The most primes in a chunk, 1 to 65536; a chunk ends with its segment, and none is empty. Default 16384. */
  readonly length?: number;
}

/** Primes in arrays of one type; each iteration starts at the beginning. */
export interface Chunks<T> extends Iterable<T>, AsyncIterable<T> {}

/**
 * The primes in [a, b], ascending, as numbers.
 *
 * @param b - Upper bound, inclusive; below `a` the interval is empty.
 * @throws TypeError when an argument is not an integer; RangeError when it is out of range.
 */
export function primeChunks(a: number, b: number, options: ChunkOptions = {}): Chunks<Uint32Array<ArrayBuffer>> {
  return chunksOf(generateNumbers, a, b, options);
}

/**
 * The primes in [a, b], ascending, as big-endian int32.
 *
 * @param b - Upper bound, inclusive; below `a` the interval is empty.
 * @throws TypeError when an argument is not an integer; RangeError when it is out of range.
 *
 * @example
 * ```ts
 * import { primeBytes } from '@concurrent-primes/sieve';
 *
 * for (const bytes of primeBytes(10, 20)) console.log(Buffer.from(bytes).toString('hex'));
 * // prints 0000000b0000000d0000001100000013
 * ```
 */
export function primeBytes(a: number, b: number, options: ChunkOptions = {}): Chunks<Uint8Array<ArrayBuffer>> {
  return chunksOf(generateBytes, a, b, options);
}

/**
 * The primes in [a, b], ascending, sieved as the loop proceeds.
 *
 * @param b - Upper bound, inclusive; below `a` the interval is empty.
 * @throws TypeError when a bound is not an integer; RangeError when it is not an int32. Both are thrown by the call, not by
 *   the first `next()`.
 */
export function primes(a: number, b: number): Generator<number, void, undefined> {
  return flatten(primeChunks(a, b, { length: BATCH }));
}

function* flatten(chunks: Iterable<Uint32Array>): Generator<number, void, undefined> {
  for (const chunk of chunks) yield* chunk;
}

function* generateNumbers(a: number, b: number, length: number): Generator<Uint32Array<ArrayBuffer>, void, undefined> {
  const kernel = threadKernel();
  const limit = kernel.chunk + length * UINT32_BYTES;
  for (let next = Math.max(a, 2); next <= b;) {
    const to = Math.min(b, startOf(segmentOf(next)) + SEGMENT_SPAN - 1);
    const { at, start } = sieved(next, to);
    const end = Math.min(limit, kernel.expand(at, start, next - start, to - start, kernel.chunk, limit, 'host'));
    const chunk = new Uint32Array(kernel.memory.slice(kernel.chunk, end).buffer);
    // Before the yield: afterwards the caller may have changed the chunk.
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

function chunksOf<T>(
  generate: (a: number, b: number, length: number) => Generator<T, void, undefined>,
  a: number,
  b: number,
  { length = CHUNK_BYTES / UINT32_BYTES }: ChunkOptions,
): Chunks<T> {
  checkInterval('list primes', a, b);
  checkInteger('list primes', 'length', length, 1, MAX_LENGTH);
  return {
    [Symbol.iterator]: () => generate(a, b, length),
    async *[Symbol.asyncIterator]() {
      for (const chunk of generate(a, b, length)) {
        yield chunk;
        await eventLoopTurn();
      }
    },
  };
}

/**
 * Resolves in a later turn of the event loop, after everything that is ready has run: timers, I/O, input.
 *
 * A resolved promise would not wait for these, and a timer of 0 ms takes 1 ms in Node and 4 ms in browsers. Node has
 * `setImmediate`; in browsers a message to oneself has the same effect.
 */
function eventLoopTurn(): Promise<void> {
  const immediate = globalThis.setImmediate as typeof setImmediate | undefined;
  return new Promise((resolve) => {
    if (immediate !== undefined) {
      immediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    // Node's type lacks this property; only browsers get here.
    (port1 as { onmessage?: () => void }).onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
