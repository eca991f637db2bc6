/** A buffer that all connections of a thread share, with a cache of views: making one costs more than a short message. */

/** Views shorter than this are made once: most messages have the same few lengths. */
const KEPT_VIEWS = 64;

/** A buffer for receiving or for sending. */
export class ByteBuffer {
  readonly bytes: Uint8Array;
  readonly #short: Uint8Array[] = [];
  #long: Uint8Array;

  /** @param memory - its bytes, or how many bytes of new memory, at least 1 */
  constructor(memory: number | Uint8Array) {
    this.bytes = typeof memory === 'number' ? new Uint8Array(memory) : memory;
    this.#long = this.bytes;
  }

  /**
   * A view of the first bytes, or of all if there are fewer.
   *
   * @param count - how many bytes
   */
  first(count: number): Uint8Array {
    if (count < KEPT_VIEWS) return (this.#short[count] ??= this.bytes.subarray(0, count));
    if (count >= this.bytes.length) return this.bytes;
    if (this.#long.length !== count) this.#long = this.bytes.subarray(0, count);
    return this.#long;
  }
}
