/**
 * The primes of an interval as a stream of big-endian int32, in bounded memory and bounded steps.
 *
 * A stream is a cursor: a lower bound of the next prime, and how many of that prime's four bytes are passed. It holds
 * no buffer and no segment. `fill` writes what follows the cursor into the caller's memory; `advance` moves the cursor
 * past as much of it as the caller could use, as after a `send(2)` that took only a part. Between the two, other
 * streams may be filled into the same memory: `advance` finds its way by passing over the bitmap again, and takes the
 * sum of the primes on the way.
 *
 * A fill never crosses the end of a segment. So it sieves at most one, and the advance after it stays in that segment;
 * it is sieved again only if many other streams threw it out of the thread's cache in between.
 */
import { checkInteger, checkInterval } from './domain.ts';
import { expand, INT32_BYTES } from './expand.ts';
import { SEGMENT_SPAN, segmentOf, type Segment } from './segment.ts';
import { segments } from './segment-cache.ts';
import { tally } from './tally.ts';

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
  readonly #b: number;
  #next: number;
  /** How many bytes of the first prime from `#next` on are passed, 0 to 3. */
  #within = 0;
  /** How many bytes from the cursor on were handed out and can be advanced over. */
  #filled = 0;
  #sum = 0n;

  /**
   * @param a - lower bound, an int32
   * @param b - upper bound, an int32 (it belongs to the interval); below `a` the stream is empty
   * @throws TypeError if a bound is no integer, RangeError if it is no int32
   */
  constructor(a: number, b: number) {
    checkInterval('stream primes', a, b);
    this.#b = b;
    this.#next = Math.max(a, 2);
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

  /** The sum of the primes that the cursor has passed wholly. */
  get sum(): bigint {
    return this.#sum;
  }

  /**
   * Writes the bytes that follow the cursor, without moving it: as many as the target takes, up to the end of the
   * segment at the cursor. Sieves at most that one.
   *
   * @param target - any length from 1 byte on; it may end inside a prime
   * @returns how many bytes were written; 0 if the step was used up passing a segment without further primes (come
   * again) or if the stream is done
   * @throws RangeError if the target is empty
   */
  fill(target: Uint8Array): number {
    if (target.length === 0) throw new RangeError('Cannot fill: target must hold at least 1 byte, received 0 bytes');
    if (this.done) return 0;
    const segment = segments.get(segmentOf(this.#next));
    const to = this.#endIn(segment);
    const end = expand(segment, this.#next, to, target, this.#within);
    this.#filled = Math.min(end, target.length);
    if (this.#filled === 0) this.#next = to + 1;
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
    const segment = segments.get(segmentOf(this.#next));
    const passed = tally(segment, this.#next, this.#endIn(segment), primes);
    this.#sum += BigInt(passed.sum);
    this.#next = passed.next;
  }

  /** The last number of the interval that the segment holds. */
  #endIn(segment: Segment): number {
    return Math.min(this.#b, segment.start + SEGMENT_SPAN - 1);
  }
}
