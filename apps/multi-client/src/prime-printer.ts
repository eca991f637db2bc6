/** Prints primes on stdout, one a line. A slow reader slows the clients down, and so the server. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Prints the primes of all clients in whole lines; those of one client in order. */
export class PrimePrinter {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  #drained: Promise<unknown> | undefined;

  /**
   * @param stream - to print on
   * @param signal - ends the wait for a slow reader
   */
  constructor(stream: Writable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  /**
   * Prints primes.
   *
   * @param primes - at least 1
   * @returns a promise that resolves when the stream takes more
   * @throws AbortError if the signal aborts before
   */
  async print(primes: Int32Array): Promise<void> {
    if (this.#stream.write(`${primes.join('\n')}\n`)) return;
    // All clients share one wait, instead of hundreds of listeners.
    this.#drained ??= once(this.#stream, 'drain', { signal: this.#signal }).finally(() => {
      this.#drained = undefined;
    });
    await this.#drained;
  }
}
