/** Streams that keep what is written to them. */
import { Writable } from 'node:stream';

/** Keeps text, and may be a terminal. */
export class TextSink extends Writable {
  readonly isTTY: boolean;
  text = '';

  constructor({ isTTY = false } = {}) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
