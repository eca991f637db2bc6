/**
 * Compares the primes of one answer with our sieve as they arrive. The client itself checks order, bounds and number;
 * only the sieve knows that no prime is false or missing.
 */
import type { ExpectedAnswer } from '@concurrent-primes/load';
import { expectAnswer } from '@concurrent-primes/load/verifier';
import { primes } from '@concurrent-primes/sieve';
import { endianness } from 'node:os';

/** An answer differs from our sieve. */
export class WrongPrimesError extends Error {
  override name = 'WrongPrimesError';
}

/** Compares one answer. */
export class PrimeCheck {
  readonly #max: number;
  readonly #name: string;
  readonly #expected: ExpectedAnswer;
  #received = 0;
  /** All primes up to here were right. */
  #last: number;

  /**
   * @param min - lower bound, int32
   * @param max - upper bound, int32
   */
  constructor(min: number, max: number) {
    this.#max = max;
    this.#name = `[${min}, ${max}]`;
    this.#expected = expectAnswer(min, max);
    this.#last = Math.max(min, 2) - 1;
  }

  /**
   * Compares the next primes.
   *
   * @param chunk - at least 1 prime, in order of arrival
   * @throws WrongPrimesError at the first difference
   */
  compare(chunk: Int32Array): void {
    if (!this.#expected.matches(bigEndianBytes(chunk))) this.#throwDifference(chunk);
    this.#received += chunk.length;
    this.#last = chunk.at(-1)!;
  }

  /**
   * Ends the answer.
   *
   * @throws WrongPrimesError if primes are missing after the last one
   */
  end(): void {
    if (this.#received < this.#expected.count) throw this.#wrong(this.#following(1)[0], 'the end');
  }

  #throwDifference(chunk: Int32Array): never {
    const expected = this.#following(chunk.length);
    const at = chunk.findIndex((got, i) => got !== expected[i]);
    throw this.#wrong(expected[at], String(chunk[at]));
  }

  /** The next right primes, as many as there are. */
  #following(count: number): number[] {
    const following: number[] = [];
    if (this.#last === this.#max) return following;
    for (const prime of primes(this.#last + 1, this.#max)) if (following.push(prime) === count) break;
    return following;
  }

  #wrong(expected: number | undefined, got: string): WrongPrimesError {
    return new WrongPrimesError(`wrong answer to ${this.#name}: needs ${expected ?? 'no more primes'}, got ${got}`);
  }
}

/** The bytes of primes as they were on the wire. */
function bigEndianBytes(chunk: Int32Array): Buffer {
  const bytes = Buffer.copyBytesFrom(chunk);
  return endianness() === 'LE' ? bytes.swap32() : bytes;
}
