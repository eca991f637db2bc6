/**
 * The most bytes that one turn sends to one client.
 *
 * If only one socket is ready, its client gets more: no other client waits for the end of the turn, and fewer, longer
 * sends cost less (docs/decisions/0002-quantum.md).
 */
export class Quantum {
  readonly #bytes: number;
  readonly #aloneBytes: number;

  /**
   * @param bytes - most bytes that a turn sends to one client
   * @param aloneBytes - the same in a turn in which only one client is ready
   */
  constructor(bytes: number, aloneBytes: number) {
    this.#bytes = bytes;
    this.#aloneBytes = aloneBytes;
  }

  /** Returns the quantum, in bytes, of a turn with this many ready sockets and computing clients. */
  of(ready: number, computing: number): number {
    return ready === 1 && computing === 0 ? this.#aloneBytes : this.#bytes;
  }
}
