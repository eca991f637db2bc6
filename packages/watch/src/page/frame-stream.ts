/** Decodes a recording as it comes, in order: compressed frames are decoded elsewhere, several at a time. */
import { decodeFrames, FrameCutter, type RecordingPart } from '@concurrent-primes/trace';

/** One recording, or one connection to a live server. */
export class FrameStream {
  readonly #cutter = new FrameCutter();
  readonly #take: (part: RecordingPart) => void;
  readonly #failed: (error: unknown) => void;
  #decoded: Promise<void> = Promise.resolve();

  /**
   * @param take - takes the parts
   * @param failed - the bytes are no recording, or damaged
   */
  constructor(take: (part: RecordingPart) => void, failed: (error: unknown) => void) {
    this.#take = take;
    this.#failed = failed;
  }

  /** Takes bytes; resolves when all parts in them were taken. */
  push(bytes: Uint8Array): Promise<void> {
    this.#decoded = this.#decoded.then(async () => {
      try {
        for await (const part of decodeFrames(this.#cutter.push(bytes))) this.#take(part);
      } catch (error) {
        this.#failed(error);
      }
    });
    return this.#decoded;
  }
}
