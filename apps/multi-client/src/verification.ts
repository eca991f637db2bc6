/**
 * Is it true? The client checks what it can without primes: order, bounds and number. This compares the answer with our
 * own sieve, prime by prime while they pass, so that it needs no memory for the answer either.
 */
import { primeChunks } from '@concurrent-primes/sieve';

/** An answer that our own sieve contradicts. */
export class WrongPrimesError extends Error {
  override name = 'WrongPrimesError';
}

/** Compares one answer with the sieve. */
export class Verification {
  readonly #chunks: Iterator<Uint32Array<ArrayBuffer>, unknown>;
  readonly #name: string;
  /** The chunk of our own that is being compared, and where. */
  #expected = new Uint32Array(0);
  #at = 0;

  /**
   * @param min - lower bound, int32
   * @param max - upper bound, int32
   */
  constructor(min: number, max: number) {
    this.#chunks = primeChunks(min, max)[Symbol.iterator]();
    this.#name = `[${min}, ${max}]`;
  }

  /**
   * Compares the next primes of the answer.
   *
   * @param chunk - in the order in which they came
   * @throws WrongPrimesError at the first difference
   */
  compare(chunk: Int32Array): void {
    for (let compared = 0; compared < chunk.length;) {
      if (!this.#hasMore()) throw this.#wrong(undefined, String(chunk[compared]));
      const expected = this.#expected;
      const ahead = this.#at - compared;
      const end = Math.min(chunk.length, expected.length - ahead);
      for (; compared < end; compared++) {
        const prime = expected[compared + ahead];
        if (chunk[compared] !== prime) throw this.#wrong(prime, String(chunk[compared]));
      }
      this.#at = compared + ahead;
    }
  }

  /**
   * The answer is over.
   *
   * @throws WrongPrimesError if primes are missing behind its last
   */
  end(): void {
    if (this.#hasMore()) throw this.#wrong(this.#expected[this.#at], 'the end');
  }

  /** Whether there is a prime of our own at the place to compare; takes the next chunk when this one is used up. */
  #hasMore(): boolean {
    while (this.#at === this.#expected.length) {
      const next = this.#chunks.next();
      if (next.done === true) return false;
      this.#expected = next.value;
      this.#at = 0;
    }
    return true;
  }

  #wrong(expected: number | undefined, got: string): WrongPrimesError {
    return new WrongPrimesError(`wrong answer to ${this.#name}: needs ${expected ?? 'no more primes'}, got ${got}`);
  }
}
