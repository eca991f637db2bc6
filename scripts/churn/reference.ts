/**
 * The answers that servers must give, in the bytes that they must give them in: a client compares every byte and needs
 * no arithmetic for it, so that it costs little beside the server under test.
 *
 * One table of all primes below a limit as they go over the wire, and their running sums; an answer is a slice of it.
 * The primes come from the sieve of Eratosthenes in its plainest form, and are checked against published counts and
 * sums.
 */
import { KNOWN_ANSWERS } from '../../packages/fixtures/src/primes.ts';
import { int32Bytes, sumBytes } from '../../packages/fixtures/src/wire.ts';

/** A closed interval. */
export type Interval = readonly [a: number, b: number];

/** What a server must send, and what the client then answers. */
export interface Answer {
  /** N and the primes: steps 2 and 3 of the conversation. */
  readonly bytes: Uint8Array;
  /** The sum: step 4. */
  readonly sum: Uint8Array;
}

const PRIME_BYTES = 4;

/** All answers about intervals from 0 to a limit. */
export class Reference {
  readonly limit: number;
  readonly #primes: Int32Array;
  readonly #wire: Uint8Array;
  /** #sums[i] is the sum of the first i primes; exact, since it stays below 2^53 up to limits of 10^8. */
  readonly #sums: Float64Array;

  /**
   * @param limit - a power of ten from 10 to 10^8, up to which the count and the sum are published
   * @throws RangeError for another limit; Error when the table does not agree with what is published
   */
  constructor(limit: number) {
    const known = KNOWN_ANSWERS.find((answer) => answer.limit === limit);
    if (known === undefined || limit > 1e8) {
      throw new RangeError(`Reference: limit must be a power of ten from 10 to 10^8, received ${limit}`);
    }
    this.limit = limit;
    this.#primes = sieve(limit);
    this.#wire = int32Bytes([...this.#primes]);
    this.#sums = new Float64Array(this.#primes.length + 1);
    this.#primes.forEach((prime, i) => (this.#sums[i + 1] = this.#sums[i]! + prime));
    const [count, sum] = [this.#primes.length, BigInt(this.#sums.at(-1)!)];
    if (count !== known.count || sum !== known.sum) {
      throw new Error(`Reference: expected ${known.count} primes of sum ${known.sum}, got ${count} of sum ${sum}`);
    }
  }

  /**
   * What a server must answer.
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

  /** How many primes are less than n, by binary search. */
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

function sieve(limit: number): Int32Array {
  const composite = new Uint8Array(limit + 1);
  const primes: number[] = [];
  for (let n = 2; n <= limit; n += 1) {
    if (composite[n] === 1) continue;
    primes.push(n);
    for (let multiple = n * n; multiple <= limit; multiple += n) composite[multiple] = 1;
  }
  return Int32Array.from(primes);
}
