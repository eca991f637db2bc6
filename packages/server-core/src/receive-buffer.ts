/** Views shorter than this are made once: most messages have the same few lengths. */
const KEPT_VIEWS = 64;

/** The buffer of a thread that every `recv` of its clients goes through. */
export class ReceiveBuffer {
  readonly bytes: Uint8Array;
  readonly #views: Uint8Array[] = [];

  /** @param size in bytes, at least 1 */
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  /** A view of the first `count` bytes. To make one costs more than what a session does with a few bytes. */
  first(count: number): Uint8Array {
    return count < KEPT_VIEWS ? (this.#views[count] ??= this.bytes.subarray(0, count)) : this.bytes.subarray(0, count);
  }
}
