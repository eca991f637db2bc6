/** Writes what a feed has into a file, as a recording. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { Recorder } from '@concurrent-primes/trace';
import type { TraceFeed } from './trace-feed.ts';

/** When this many bytes wait to be written, the disk is too slow, and the recording ends. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/** A recording that is being written. */
export class FileRecorder {
  readonly #feed: TraceFeed;
  readonly #file: WriteStream;
  readonly #stop: () => void;
  readonly #ended: Promise<void>;
  #recorder: Recorder | undefined;

  private constructor(feed: TraceFeed, file: WriteStream, failed: (error: Error) => void) {
    this.#feed = feed;
    this.#file = file;
    this.#ended = new Promise<void>((resolve) => {
      file.once('close', resolve);
    });
    file.on('error', (error) => {
      this.#stop();
      failed(error);
    });
    this.#stop = feed.listen({
      needsAll: true,
      begin: (header, state) => {
        this.#recorder = new Recorder(header, (bytes) => file.write(bytes));
        this.#recorder.addKeyframe(state);
      },
      add: (batch) => {
        if (file.writableLength > MOST_WAITING_BYTES) file.destroy(new Error('the disk is too slow'));
        else this.#recorder!.add(batch);
      },
      mark: (state) => {
        this.#recorder!.mark(state);
      },
    });
  }

  /**
   * Begins to record.
   *
   * @param feed - events of the server
   * @param path - the file, which is replaced
   * @param failed - called when writing fails later; the recording ends there
   * @throws Error with a code, such as ENOENT, when the file can't be written
   */
  static async begin(feed: TraceFeed, path: string, failed: (error: Error) => void): Promise<FileRecorder> {
    const file = createWriteStream(path);
    await once(file, 'open');
    return new FileRecorder(feed, file, failed);
  }

  /** Writes all events so far, and closes the file. */
  async close(): Promise<void> {
    this.#feed.read();
    this.#stop();
    await this.#recorder?.flush();
    this.#file.end();
    await this.#ended;
  }
}
