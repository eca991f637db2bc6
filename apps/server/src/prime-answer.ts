/** Implements the protocol's `Answer` with the sieve, for all servers. */
import type { Answer } from '@concurrent-primes/protocol';
import { PrimeCounter, PrimeStream } from '@concurrent-primes/sieve';

/** The primes in [a, b], counted and written in bounded steps; the state is a cursor, not a buffer. */
export class PrimeAnswer implements Answer {
  readonly #counter: PrimeCounter;
  readonly #stream: PrimeStream;

  /** @param a first integer of the interval; any int32, also above b */
  constructor(a: number, b: number) {
    this.#counter = new PrimeCounter(a, b);
    this.#stream = new PrimeStream(a, b);
  }

  get count(): number | undefined {
    return this.#counter.count;
  }

  work(): void {
    this.#counter.step();
  }

  fill(target: Uint8Array): number {
    return this.#stream.fill(target);
  }

  advance(bytes: number): void {
    this.#stream.advance(bytes);
  }

  get sum(): bigint {
    return this.#stream.sum;
  }
}
