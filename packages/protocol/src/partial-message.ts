/**
 * Collects the bytes of a message of fixed length.
 *
 * TCP carries a stream of bytes without message boundaries (RFC 9293): one `recv` can return a part of a message, or a
 * message and the beginning of the next one.
 */
export class PartialMessage {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  get length(): number {
    return this.#length;
  }

  /** Number of bytes that are due. */
  get missing(): number {
    return this.#bytes.length - this.#length;
  }

  /** Takes at most the bytes that are missing, from an index on; returns how many. */
  take(bytes: Uint8Array, from = 0): number {
    const taken = Math.min(this.missing, bytes.length - from);
    for (let i = 0; i < taken; i++) this.#bytes[this.#length + i] = bytes[from + i]!;
    this.#length += taken;
    return taken;
  }

  /** Returns the complete message, valid until the next {@link take}, and begins the next one. */
  finish(): Uint8Array {
    if (this.missing > 0)
      throw new Error(`cannot finish a message: needs ${this.#bytes.length} bytes, got ${this.#length}`);
    this.#length = 0;
    return this.#bytes;
  }
}
