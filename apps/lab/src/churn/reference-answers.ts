/**
 * The answers that servers must give, as bytes on the wire, so that a client can compare every byte without arithmetic
 * and costs little beside the server under test.
 *
 * All primes up to a limit are one table in wire format, with their running sums; an answer is a slice of it. The primes
 * come from a plain sieve of Eratosthenes that shares no code with the one under test, and are checked against published
 * counts and sums.
 */
import { int32Bytes, type Interval, KNOWN_ANSWERS, primeSegments, sumBytes } from '@concurrent-primes/conformance';

/** What a server must send, and the client's sum. */
export interface Answer {
  /** N and the primes: steps 2 and 3 of the conversation. */
  readonly bytes: Uint8Array;
  /** The sum: step 4. */
  readonly sum: Uint8Array;
}

const PRIME_BYTES = 4;

/** All answers about intervals from 0 to a limit. */
export class ReferenceAnswers {
  readonly limit: number;
  readonly #primes: Int32Array;
  readonly #wire: Uint8Array;
  /** #sums[i] is the sum of the first i primes; exact, because it is below 2^53 for limits up to 10^8. */
  readonly #sums: Float64Array;

  /**
   * @param limit - a power of ten from 10 to 10^8, up to which the count and the sum are published
   * @throws RangeError for another limit; Error if the table disagrees with what is published
   */
  constructor(limit: number) {
    const known = KNOWN_ANSWERS.find((answer) => answer.limit === limit);
    if (known === undefined || limit > 1e8) {
      throw new RangeError(`cannot compute answers: the limit must be a power of ten from 10 to 10^8, got ${limit}`);
    }
    this.limit = limit;
    this.#primes = Int32Array.from(primesUpTo(limit));
    this.#wire = int32Bytes([...this.#primes]);
    this.#sums = new Float64Array(this.#primes.length + 1);
    this.#primes.forEach((prime, i) => (this.#sums[i + 1] = this.#sums[i]! + prime));
    const [count, sum] = [this.#primes.length, BigInt(this.#sums.at(-1)!)];
    if (count !== known.count || sum !== known.sum) {
      throw new Error(
        `cannot compute answers: must be ${known.count} primes of sum ${known.sum}, got ${count} of sum ${sum}`,
      );
    }
  }

  /**
   * The answer for an interval.
   *
   * @param interval - within [-2^31, limit]
   */
  answer([a, b]: Interval): Answer {
    const from = this.#countBelow(a);
    const to = Math.max(from, this.#countBelow(b + 1));
    const primes = this.#wire.subarray(from * PRIME_BYTES, to * PRIME_BYTES);
    return {
      bytes: Buffer.concat([int32Bytes([to - from]), primes]),
      sum: sumBytes(BigInt(this.#sums[to]! - this.#sums[from]!)),
    };
  }

  /** The number of primes below n, by binary search. */
  #countBelow(n: number): number {
    let low = 0;
    let high = this.#primes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#primes[middle]! < n) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function primesUpTo(limit: number): number[] {
  const primes: number[] = [];
  // Copied, because each segment overwrites the one before.
  for (const segment of primeSegments(0, limit)) primes.push(...segment);
  return primes;
}
