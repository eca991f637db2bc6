/**
 * Is it true? The client checks what it can without primes: order, bounds and number. This compares the answer with our
 * own sieve, prime by prime while they pass, so that it needs no memory for the answer either.
 */
import { primes } from '@concurrent-primes/sieve';

/** An answer that our own sieve contradicts. */
export class WrongPrimesError extends Error {
  override name = 'WrongPrimesError';
}

/** Compares one answer with the sieve. */
export class Verification {
  readonly #expected: Generator<number, void, undefined>;
  readonly #name: string;

  /**
   * @param min - lower bound, int32
   * @param max - upper bound, int32
   */
  constructor(min: number, max: number) {
    this.#expected = primes(min, max);
    this.#name = `[${min}, ${max}]`;
  }

  /**
   * Compares the next primes of the answer.
   *
   * @param chunk - in the order in which they came
   * @throws WrongPrimesError at the first difference
   */
  compare(chunk: Int32Array): void {
    for (const prime of chunk) {
      const expected = this.#next();
      if (prime !== expected) throw this.#wrong(expected, String(prime));
    }
  }

  /**
   * The answer is over.
   *
   * @throws WrongPrimesError if primes are missing behind its last
   */
  end(): void {
    const expected = this.#next();
    if (expected !== undefined) throw this.#wrong(expected, 'the end');
  }

  #next(): number | undefined {
    const { value, done } = this.#expected.next();
    return done === true ? undefined : value;
  }

  #wrong(expected: number | undefined, got: string): WrongPrimesError {
    return new WrongPrimesError(`wrong answer to ${this.#name}: needs ${expected ?? 'no more primes'}, got ${got}`);
  }
}
