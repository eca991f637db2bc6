/** A buffer shared by all connections of a thread. It caches its views: making one costs more than a short message. */

/** Views shorter than this are cached: most messages have one of a few lengths. */
const KEPT_VIEWS = 64;

export class ByteBuffer {
  readonly bytes: Uint8Array;
  readonly #short: Uint8Array[] = [];
  #long: Uint8Array;

  /** @param memory - the bytes, or the size of new memory, at least 1 byte */
  constructor(memory: number | Uint8Array) {
    this.bytes = typeof memory === 'number' ? new Uint8Array(memory) : memory;
    this.#long = this.bytes;
  }

  /** Returns a view of the first bytes, or of all if there are fewer. */
  first(count: number): Uint8Array {
    if (count < KEPT_VIEWS) return (this.#short[count] ??= this.bytes.subarray(0, count));
    if (count >= this.bytes.length) return this.bytes;
    if (this.#long.length !== count) this.#long = this.bytes.subarray(0, count);
    return this.#long;
  }
}
