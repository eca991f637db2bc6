/**
 * Results on stdout, whose reader may be slow, or leave.
 *
 * A slow reader is waited for. One that leaves, as `head` does, has what it wanted: the rest is dropped, and that is no
 * error.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** A stream of results. */
export class Output {
  readonly #stream: Writable;
  readonly #left = new AbortController();
  #failure: Error | undefined;

  /** @param stream - where to; stays open */
  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') this.#failure ??= error;
      this.#left.abort();
    });
  }

  /** Whether the reader has left, so that nothing is left to do. */
  get isClosed(): boolean {
    return this.#left.signal.aborted;
  }

  /**
   * Writes; resolves when the stream wants more, or never will.
   *
   * @throws the stream's error, unless it is that the reader has left (EPIPE)
   */
  async write(data: string | Uint8Array): Promise<void> {
    if (!this.isClosed && !this.#stream.write(data)) {
      await once(this.#stream, 'drain', { signal: this.#left.signal }).catch(() => undefined);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }
}
