/**
 * The primes of an interval as a stream of big-endian int32, in bounded memory and bounded steps.
 *
 * A stream is a cursor: a lower bound of the next prime, and the number of that prime's four bytes that are passed. It
 * holds no buffer and no segment. `fill` writes the bytes after the cursor into the caller's memory; `advance` moves the
 * cursor past as many of them as the caller has used, such as after a `send(2)` that took only a part. Between the two,
 * other streams may use the same memory: a fill remembers the cursor after all of its bytes, and for a part of them
 * `advance` counts bits.
 *
 * A fill never crosses the end of a segment, so it sieves at most one, and the next advance stays in it. The segment is
 * sieved again only if there is no table and many other streams have evicted it from the thread's cache.
 */
import { checkInteger, checkInterval } from './domain.ts';
import { nthInSegment } from './nth-prime.ts';
import { SEGMENT_SPAN, segmentOf, startOf } from './segment.ts';
import { sieved } from './segment-cache.ts';
import { sumPrimes } from './sum.ts';
import { threadKernel } from './thread-kernel.ts';

const INT32_BYTES = 4;

/** Default size of a chunk: 16384 primes. */
export const CHUNK_BYTES = 65_536;

/**
 * The thread's chunk buffer: the kernel's memory into which primes are expanded. {@link PrimeStream.fill} writes there
 * without a copy, and copies from there into any other memory. Any call of this package may change all of it: use its
 * contents at once, such as by `send`.
 *
 * @param bytes - Length, 1 to 327680, which holds all primes of any segment.
 * @returns A view of the kernel's memory, the same memory at each call.
 * @throws TypeError when the length is not an integer; RangeError when it is out of range.
 *
 * @example
 * ```ts no-run (needs a socket)
 * import { chunkBuffer, PrimeStream } from '@concurrent-primes/sieve';
 *
 * declare const socket: { send(bytes: Uint8Array): number };
 *
 * const chunk = chunkBuffer();
 * const stream = new PrimeStream(0, 100_000_000);
 * while (!stream.done) stream.advance(socket.send(chunk.subarray(0, stream.fill(chunk))));
 * ```
 */
export function chunkBuffer(bytes = CHUNK_BYTES): Uint8Array<ArrayBuffer> {
  const { memory, chunk, chunkBytes } = threadKernel();
  checkInteger('take the chunk buffer', 'bytes', bytes, 1, chunkBytes);
  return memory.subarray(chunk, chunk + bytes);
}

/**
 * The primes in [a, b], ascending, four bytes each.
 *
 * @example
 * ```ts
 * import { PrimeStream } from '@concurrent-primes/sieve';
 *
 * const stream = new PrimeStream(10, 20);
 * const target = new Uint8Array(65_536);
 * while (!stream.done) stream.advance(stream.fill(target));
 * console.log(stream.sum); // prints 60n
 * ```
 */
export class PrimeStream {
  readonly #a: number;
  readonly #b: number;
  #next: number;
  /** Bytes of the first prime from `#next` on that are passed, 0 to 3. */
  #within = 0;
  /** Bytes from the cursor on that the last fill wrote and that are not passed. */
  #filled = 0;
  /** The value of `#next` after all of them are passed. */
  #nextAfterFill = 0;

  /**
   * @param b - Upper bound, inclusive; below `a` the stream is empty.
   * @throws TypeError when a bound is not an integer; RangeError when it is not an int32.
   */
  constructor(a: number, b: number) {
    checkInterval('stream primes', a, b);
    this.#a = Math.max(a, 2);
    this.#b = b;
    this.#next = this.#a;
  }

  /**
   * Whether the cursor has passed the interval. After the last prime this takes one more {@link PrimeStream.fill}, which
   * returns 0, unless that prime is the upper bound itself.
   */
  get done(): boolean {
    return this.#next > this.#b;
  }

  /**
   * A lower bound of the next prime, at least 2. `new PrimeStream(stream.next, b)` resumes from it, repeating a prime
   * that was passed in part. Once {@link PrimeStream.done}, it is above the upper bound and may not be an int32.
   */
  get next(): number {
    return this.#next;
  }

  /**
   * The sum of the primes that the cursor has passed completely. Each read computes it, as {@link sumPrimes}, from at
   * most two segments: read it at the end, not at each step.
   */
  get sum(): bigint {
    return sumPrimes(this.#a, this.#next - 1);
  }

  /**
   * Writes the bytes after the cursor, without moving it: as many as the target holds, up to the end of the segment at
   * the cursor. Sieves at most that segment.
   *
   * @param target - At least 1 byte; it may end inside a prime. In the {@link chunkBuffer} nothing is copied, and the
   *   bytes after those written may change.
   * @returns Number of bytes written; 0 when the segment has no further primes (call again) or the stream is done.
   * @throws RangeError when the target is empty.
   */
  fill(target: Uint8Array): number {
    if (target.length === 0) throw new RangeError('cannot fill: target must hold at least 1 byte, got 0 bytes');
    if (this.done) return 0;
    const kernel = threadKernel();
    const { memory, chunk } = kernel;
    const to = this.#segmentEnd;
    const { at, start } = sieved(this.#next, to);
    const out = chunk - this.#within;
    const limit = chunk + Math.min(target.length, kernel.chunkBytes);
    const end = kernel.expand(at, start, this.#next - start, to - start, out, limit, 'big');
    this.#filled = Math.min(end, limit) - chunk;
    if (end === out) {
      this.#filled = 0;
      this.#next = to + 1;
      return 0;
    }
    const whole = Math.floor((this.#within + this.#filled) / INT32_BYTES);
    this.#nextAfterFill = whole === 0 ? this.#next : int32At(memory, out + INT32_BYTES * (whole - 1)) + 1;
    if (target.buffer !== memory.buffer) target.set(memory.subarray(chunk, chunk + this.#filled));
    else if (target.byteOffset !== chunk) memory.copyWithin(target.byteOffset, chunk, chunk + this.#filled);
    return this.#filled;
  }

  /**
   * Moves the cursor past bytes that the last fill wrote; may be called several times for one fill.
   *
   * @param bytes - 0 to the result of the last fill, minus bytes already advanced over.
   * @throws TypeError when it is not an integer; RangeError when it is out of range.
   */
  advance(bytes: number): void {
    checkInteger('advance', 'bytes', bytes, 0, this.#filled);
    this.#filled -= bytes;
    const passedBytes = this.#within + bytes;
    const primes = Math.floor(passedBytes / INT32_BYTES);
    this.#within = passedBytes % INT32_BYTES;
    if (primes === 0) return;
    this.#next = this.#filled === 0 ? this.#nextAfterFill : nthInSegment(this.#next, this.#segmentEnd, primes) + 1;
  }

  /**
   * Compares bytes with those after the cursor and moves the cursor past them, to check received primes piece by piece.
   * Sieves each segment that the bytes reach into; uses the {@link chunkBuffer}.
   *
   * @param bytes - Any number; they may begin and end inside a prime.
   * @returns Whether all bytes are the stream's; false also for bytes after its last prime. After false, the cursor is at
   *   the first wrong byte or before it.
   * @throws RangeError when the bytes are in the chunk buffer, which the comparison overwrites.
   *
   * @example
   * ```ts
   * import { PrimeStream } from '@concurrent-primes/sieve';
   *
   * const expected = new PrimeStream(10, 20);
   * console.log(expected.matches(Uint8Array.of(0, 0, 0, 11, 0))); // prints true
   * console.log(expected.matches(Uint8Array.of(0, 0, 13))); // prints true
   * console.log(expected.matches(Uint8Array.of(0, 0, 0, 15))); // prints false
   * ```
   */
  matches(bytes: Uint8Array): boolean {
    const chunk = chunkBuffer();
    if (bytes.buffer === chunk.buffer) {
      throw new RangeError('cannot compare: bytes must be outside the chunk buffer, got a view of its memory');
    }
    for (let compared = 0; compared < bytes.length;) {
      if (this.done) return false;
      const filled = this.fill(chunk.subarray(0, bytes.length - compared));
      if (!equalBytes(chunk.subarray(0, filled), bytes.subarray(compared, compared + filled))) return false;
      this.advance(filled);
      compared += filled;
    }
    return true;
  }

  /** The last number of the interval in the segment at the cursor. */
  get #segmentEnd(): number {
    return Math.min(this.#b, startOf(segmentOf(this.#next)) + SEGMENT_SPAN - 1);
  }
}

function int32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/**
 * Whether two arrays hold the same bytes.
 *
 * Node's `Buffer.compare` is memcmp(3). A loop in JavaScript, for browsers, compares 1 to 2 GB/s: tens of times slower,
 * and many times slower than producing the primes to compare with.
 */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  const buffer = globalThis.Buffer as typeof Buffer | undefined;
  if (buffer !== undefined) return buffer.compare(one, other) === 0;
  if (one.length !== other.length) return false;
  // Not every(), which calls a function for each byte: ten times slower.
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
