/** Knows the right answers: loaded by each thread of the load engine, by this module's URL. */
import type { AnswerVerifier, ExpectedAnswer } from '@concurrent-primes/client/load';
import { chunkBuffer, PrimeCounter, PrimeStream, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';

/** What {@link PrimeStream.fill} needs at least. */
const LEAST_FILL_BYTES = 4;

/** Makes the verifier of a thread: a table of its own, so that an interval is sieved once however often it is asked for. */
export function createVerifier(): AnswerVerifier {
  usePrimeTable(new PrimeTable());
  const scratch = chunkBuffer();
  return { begin: (a, b) => new Expected(a, b, scratch) };
}

/** A right answer: a cursor, and primes that are written anew for each comparison. */
class Expected implements ExpectedAnswer {
  readonly count: number;
  readonly #stream: PrimeStream;
  readonly #scratch: Uint8Array;

  constructor(a: number, b: number, scratch: Uint8Array) {
    const counter = new PrimeCounter(a, b);
    while (counter.count === undefined) counter.step();
    this.count = counter.count;
    this.#stream = new PrimeStream(a, b);
    this.#scratch = scratch;
  }

  matches(bytes: Uint8Array): boolean {
    for (let compared = 0; compared < bytes.length;) {
      if (this.#stream.done) return false;
      const left = bytes.length - compared;
      const filled = this.#stream.fill(this.#scratch.subarray(0, Math.max(left, LEAST_FILL_BYTES)));
      const length = Math.min(filled, left);
      if (Buffer.compare(this.#scratch.subarray(0, length), bytes.subarray(compared, compared + length)) !== 0) {
        return false;
      }
      this.#stream.advance(length);
      compared += length;
    }
    return true;
  }
}
