import { Writable } from 'node:stream';

/** A stream that keeps what is written to it, and may be a terminal. */
export class TextSink extends Writable {
  readonly isTTY: boolean;
  text = '';

  constructor(isTTY = false) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, callback: () => void): void {
    this.text += chunk;
    callback();
  }
}
