/**
 * A message of fixed length while its bytes come in.
 *
 * TCP carries a stream of bytes and knows no messages (RFC 9293): one `recv` can bring a part of a
 * message, or a message and the beginning of the next. This takes what belongs to the message and leaves the rest.
 */
export class PartialMessage {
  readonly #bytes: Uint8Array;
  #length = 0;

  /** @param size - bytes of the whole message */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  /** How many bytes have come. */
  get length(): number {
    return this.#length;
  }

  /** How many bytes are still due. */
  get missing(): number {
    return this.#bytes.length - this.#length;
  }

  /**
   * Takes at most the bytes that are missing.
   *
   * @param bytes - what came
   * @param from - index of the first byte of it to take
   * @returns how many bytes it took
   */
  take(bytes: Uint8Array, from = 0): number {
    const taken = Math.min(this.missing, bytes.length - from);
    for (let i = 0; i < taken; i++) this.#bytes[this.#length + i] = bytes[from + i]!;
    this.#length += taken;
    return taken;
  }

  /**
   * Hands out the whole message and begins the next one.
   *
   * @returns the bytes, valid until the next {@link take}
   * @throws Error if bytes are missing
   */
  finish(): Uint8Array {
    if (this.missing > 0) throw new Error(`cannot finish a message: ${this.missing} bytes are missing`);
    this.#length = 0;
    return this.#bytes;
  }
}
