/**
 * Primes on stdout, one a line. Whoever reads them may be slow, or leave: a slow reader holds the clients back, as a
 * slow loop does, and so the server; and when nobody reads any more, nothing is left to do.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Prints the primes of all clients, in whole lines, each client's in order. */
export class PrimePrinter {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  #drained: Promise<unknown> | undefined;

  /**
   * @param stream - where to
   * @param signal - ends the waiting for a slow reader
   */
  constructor(stream: Writable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  /**
   * Prints primes.
   *
   * @param primes - at least 1
   * @returns when the stream wants more
   * @throws AbortError if the signal aborts before
   */
  async print(primes: Int32Array): Promise<void> {
    if (this.#stream.write(`${primes.join('\n')}\n`)) return;
    // One wait for all clients: each its own would be hundreds of listeners.
    this.#drained ??= once(this.#stream, 'drain', { signal: this.#signal }).finally(() => {
      this.#drained = undefined;
    });
    await this.#drained;
  }
}
