/**
 * Step 3 as the client reads it: int32s out of a byte stream, checked and summed while they pass.
 *
 * The full answer is 420 MB, so nothing is kept but the last prime and a sum, and the loop over the primes does only
 * what it must: swap the bytes, compare with the prime before, add. The bounds cost nothing there: the number before
 * the first prime is taken to be the one below the interval, and of ascending numbers only the last of a chunk can pass
 * b. Only when a chunk fails is the culprit looked for.
 *
 * Sums pass 2^53, where a double stops counting by ones. A BigInt addition a prime would cost more than all the rest,
 * so doubles add up to 2^22 primes (below 2^31 each, hence at most 2^53 together: exact), and a BigInt adds those sums.
 */

import { WrongAnswerError } from './errors.ts';
import { PartialMessage } from './partial-message.ts';
import { decodeCount, PRIME_BYTES, readInt32 } from './wire.ts';

/** How many int32s a double can sum without rounding. */
const EXACT_PRIMES = 2 ** 22;

/** Below this, bytes are put together one by one: making a DataView takes longer than it saves. */
const FEW_PRIMES = 64;

/** Reads the primes of one answer after the other. */
export class PrimeReader {
  /** A prime that is split over two reads. */
  readonly #split = new PartialMessage(PRIME_BYTES);
  #buffer = new Int32Array(0);
  #length = 0;
  /** The least number that can be a prime of the interval. */
  #low = 0;
  #b = 0;
  /** The prime before the next one; before the first, the number below `low`. */
  #last = 0;
  #received = 0;
  #sum = 0n;

  /** The primes of the last {@link read}; a view, valid until the next. */
  get primes(): Int32Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** How many primes have been read of this answer. */
  get received(): number {
    return this.#received;
  }

  /** How many bytes have been read of this answer, those of a split prime too. */
  get bytesRead(): number {
    return this.#received * PRIME_BYTES + this.#split.length;
  }

  /** The sum of the primes that have been read of this answer. */
  get sum(): bigint {
    return this.#sum;
  }

  /**
   * Begins an answer.
   *
   * @param a - lower bound of the interval, int32
   * @param b - upper bound of the interval, int32
   */
  begin(a: number, b: number): void {
    this.#low = Math.max(a, 2);
    this.#b = b;
    this.#last = this.#low - 1;
    this.#received = 0;
    this.#sum = 0n;
  }

  /** Makes {@link primes} empty. */
  clear(): void {
    this.#length = 0;
  }

  /**
   * Reads the next bytes of the answer, split anywhere.
   *
   * @param bytes - what came, not more than the answer still has
   * @throws WrongAnswerError at the first number that is out of order or outside the interval; `primes`, `received` and
   * `sum` then hold those before it
   */
  read(bytes: Uint8Array): void {
    this.#decode(bytes);
    const last = this.#last;
    const sum = this.#sum;
    if (this.#add() && this.#last <= this.#b) return;
    // What was added is taken back, and added again up to the culprit.
    this.#received -= this.#length;
    this.#last = last;
    this.#sum = sum;
    const culprit = this.#cutAtCulprit();
    this.#add();
    throw this.#wrong(culprit);
  }

  #decode(bytes: Uint8Array): void {
    const room = Math.ceil((this.#split.length + bytes.length) / PRIME_BYTES);
    if (this.#buffer.length < room) this.#buffer = new Int32Array(room);
    const buffer = this.#buffer;
    let length = 0;
    let from = 0;
    if (this.#split.length > 0) {
      from = this.#split.take(bytes);
      if (this.#split.missing === 0) buffer[length++] = decodeCount(this.#split.finish());
    }
    const whole = Math.floor((bytes.length - from) / PRIME_BYTES);
    if (whole < FEW_PRIMES) {
      for (let i = 0, at = from; i < whole; i++, at += PRIME_BYTES) buffer[length + i] = readInt32(bytes, at);
    } else {
      const view = new DataView(bytes.buffer, bytes.byteOffset + from, whole * PRIME_BYTES);
      for (let i = 0; i < whole; i++) buffer[length + i] = view.getInt32(i * PRIME_BYTES);
    }
    this.#split.take(bytes, from + whole * PRIME_BYTES);
    this.#length = length + whole;
  }

  /** Adds the primes just decoded and tells whether they ascend. */
  #add(): boolean {
    const buffer = this.#buffer;
    const length = this.#length;
    let ascending = true;
    let last = this.#last;
    for (let from = 0; from < length; from += EXACT_PRIMES) {
      const to = Math.min(from + EXACT_PRIMES, length);
      let sum = 0;
      for (let i = from; i < to; i++) {
        const prime = buffer[i]!;
        if (prime <= last) ascending = false;
        sum += prime;
        last = prime;
      }
      this.#sum += BigInt(sum);
    }
    this.#last = last;
    this.#received += length;
    return ascending;
  }

  /** Finds the first wrong number of those just decoded, drops it and what follows, and returns it. */
  #cutAtCulprit(): number {
    const primes = this.primes;
    const culprit = primes.findIndex((prime, i) => prime > this.#b || prime <= (i === 0 ? this.#last : primes[i - 1]!));
    this.#length = culprit;
    return primes[culprit]!;
  }

  #wrong(culprit: number): WrongAnswerError {
    const need =
      culprit < this.#low || culprit > this.#b
        ? `needs primes from ${this.#low} to ${this.#b}`
        : `needs a prime greater than ${this.#last}`;
    return new WrongAnswerError(`cannot read the answer: ${need}, got ${culprit} as number ${this.#received + 1}`);
  }
}
