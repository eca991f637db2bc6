/**
 * The primes of an interval as a stream of big-endian int32, in bounded memory and bounded steps.
 *
 * A stream is a cursor: a lower bound of the next prime, and how many of that prime's four bytes are passed. It holds
 * no buffer and no segment. `fill` writes what follows the cursor into the caller's memory; `advance` moves the cursor
 * past as much of it as the caller could use, as after a `send(2)` that took only a part. Between the two, other
 * streams may be filled into the same memory: where the cursor stands after all of a fill is remembered by the fill,
 * and for a part of it `advance` counts bits.
 *
 * A fill never crosses the end of a segment. So it sieves at most one, and the advance after it stays in that segment;
 * it is sieved again only if there is no table and many other streams threw it out of the thread's slots in between.
 * `matches` is the same from the other side, fill by fill: are these the bytes that follow the cursor?
 */
import { checkInteger, checkInterval } from './domain.ts';
import { equalBytes } from './equal-bytes.ts';
import { nthInSegment } from './nth-prime.ts';
import { SEGMENT_SPAN, segmentOf, startOf } from './segment.ts';
import { sieved } from './segment-cache.ts';
import { sumPrimes } from './sum.ts';
import { threadKernel } from './thread-kernel.ts';

/** The size of a prime on the wire. */
const INT32_BYTES = 4;

/** The size of a chunk that suits most: 16384 primes. */
export const CHUNK_BYTES = 65_536;

/**
 * The thread's chunk buffer: the memory in the kernel that primes are expanded into. There is one for each thread, and
 * {@link PrimeStream.fill} writes there without a copy; into any other memory it copies from there. All of it may
 * change whenever anything of this package is called; take out what you need before, or pass it to `send` at once.
 *
 * @param bytes - its length, from 1 to 327680, which holds all primes of any segment
 * @returns a view of the kernel's memory, the same memory at each call
 * @throws TypeError if it is no integer, RangeError if it is too small or too large
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
  /** How many bytes of the first prime from `#next` on are passed, 0 to 3. */
  #within = 0;
  /** How many bytes from the cursor on were handed out and can be advanced over. */
  #filled = 0;
  /** What `#next` becomes when all of them are passed. */
  #nextAfterFill = 0;

  /**
   * @param a - lower bound, an int32
   * @param b - upper bound, an int32 (it belongs to the interval); below `a` the stream is empty
   * @throws TypeError if a bound is no integer, RangeError if it is no int32
   */
  constructor(a: number, b: number) {
    checkInterval('stream primes', a, b);
    this.#a = Math.max(a, 2);
    this.#b = b;
    this.#next = this.#a;
  }

  /**
   * Whether the cursor has passed the interval. Behind the last prime this is known only after one more
   * {@link PrimeStream.fill}, which returns 0, unless that prime is the upper bound itself.
   */
  get done(): boolean {
    return this.#next > this.#b;
  }

  /**
   * A lower bound of the next prime, from which `new PrimeStream(stream.next, b)` resumes, with a prime that was passed
   * in part sent whole. At least 2. Once {@link PrimeStream.done} it lies past the upper bound and needn't be an int32.
   */
  get next(): number {
    return this.#next;
  }

  /**
   * The sum of the primes that the cursor has passed wholly. It is not kept but found anew each time, as
   * {@link sumPrimes} does, by at most two segments: ask for it at the end rather than at each step.
   */
  get sum(): bigint {
    return sumPrimes(this.#a, this.#next - 1);
  }

  /**
   * Writes the bytes that follow the cursor, without moving it: as many as the target takes, up to the end of the
   * segment at the cursor. Sieves at most that one.
   *
   * @param target - any length from 1 byte on; it may end inside a prime. If it is the {@link chunkBuffer}, nothing is
   * copied, and its bytes behind those that were written may change
   * @returns how many bytes were written; 0 if the step was used up passing a segment without further primes (come
   * again) or if the stream is done
   * @throws RangeError if the target is empty
   */
  fill(target: Uint8Array): number {
    if (target.length === 0) throw new RangeError('Cannot fill: target must hold at least 1 byte, received 0 bytes');
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
   * Moves the cursor past bytes that the last fill wrote; in several calls, if the caller likes.
   *
   * @param bytes - from 0 to what the last fill returned, less what was advanced over since
   * @throws TypeError if it is no integer, RangeError if it is negative or too many
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
   * Compares bytes with those that follow the cursor, and moves it past them: for whoever receives primes and knows
   * which they must be. A long answer is compared as it comes, in pieces of any length. Sieves as many segments as the
   * bytes reach into; its memory is the {@link chunkBuffer}.
   *
   * @param bytes - any number of them, none included; they may begin and end inside a prime
   * @returns whether all of them are the stream's; false as well when they go on behind its last prime. Once it is false,
   * the cursor stands at the first byte that isn't, or somewhere before it
   * @throws RangeError if the bytes lie in the chunk buffer, where the primes are written that they would be compared with
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
      throw new RangeError('Cannot compare: bytes must lie outside the chunk buffer, received a view of its memory');
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
