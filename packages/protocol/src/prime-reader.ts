/**
 * Reads step 3 on the client's side: int32s from a byte stream, checked and summed as they arrive.
 *
 * The full answer is 420 MB, so only the last prime and a sum are stored, and the loop over the primes does the minimum:
 * swap the bytes, compare with the previous prime, add. It needs no check of the bounds: the first prime is compared with
 * the number below the interval, and of ascending numbers only the last one of a chunk can exceed b. The wrong number is
 * searched only after a chunk has failed.
 *
 * Sums exceed 2^53, where a double loses exactness. A BigInt addition for each prime would cost more than everything
 * else, so doubles add up to 2^22 primes (each below 2^31, together at most 2^53), and a BigInt adds those sums.
 */

import { WrongAnswerError } from './errors.ts';
import { PartialMessage } from './partial-message.ts';
import { decodeCount, PRIME_BYTES, readInt32 } from './wire.ts';

/** Number of int32s that a double can sum without rounding. */
const EXACT_PRIMES = 2 ** 22;

/** Fewer primes are decoded byte by byte: making a DataView takes longer than it saves. */
const FEW_PRIMES = 64;

export class PrimeReader {
  /** A prime that is split over two reads. */
  readonly #split = new PartialMessage(PRIME_BYTES);
  #buffer = new Int32Array(0);
  #length = 0;
  /** The least possible prime of the interval. */
  #low = 0;
  #b = 0;
  /** The previous prime; before the first one, the number below `low`. */
  #last = 0;
  #received = 0;
  #sum = 0n;

  /** The primes of the last {@link read}; a view, valid until the next. */
  get primes(): Int32Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Number of primes of this answer that were read. */
  get received(): number {
    return this.#received;
  }

  /** Number of bytes of this answer that were read, including those of a split prime. */
  get bytesRead(): number {
    return this.#received * PRIME_BYTES + this.#split.length;
  }

  /** Sum of the primes of this answer that were read. */
  get sum(): bigint {
    return this.#sum;
  }

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
   * Reads the next bytes of the answer, split anywhere; throws a WrongAnswerError for a number that is out of order or
   * outside the interval. `primes`, `received` and `sum` then hold the numbers before it.
   */
  read(bytes: Uint8Array): void {
    this.#decode(bytes);
    const last = this.#last;
    const sum = this.#sum;
    if (this.#add() && this.#last <= this.#b) return;
    // Undo the addition, then add the numbers before the wrong one.
    this.#received -= this.#length;
    this.#last = last;
    this.#sum = sum;
    const wrong = this.#cutAtWrong();
    this.#add();
    throw this.#errorFor(wrong);
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

  /** Adds the numbers just decoded; returns whether they ascend. */
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

  /** Finds the first wrong number of those just decoded, drops it and the rest, and returns it. */
  #cutAtWrong(): number {
    const primes = this.primes;
    const index = primes.findIndex((prime, i) => prime > this.#b || prime <= (i === 0 ? this.#last : primes[i - 1]!));
    this.#length = index;
    return primes[index]!;
  }

  #errorFor(wrong: number): WrongAnswerError {
    const need =
      wrong < this.#low || wrong > this.#b
        ? `needs primes from ${this.#low} to ${this.#b}`
        : `needs a prime greater than ${this.#last}`;
    return new WrongAnswerError(`cannot read the answer: ${need}, got ${wrong} as number ${this.#received + 1}`);
  }
}
