import { Writable } from 'node:stream';

/** A stream whose writes fail with an error code, such as EPIPE of a pipe without a reader. */
export class BrokenSink extends Writable {
  readonly #code: string;

  constructor(code: string) {
    super({ highWaterMark: 1 });
    this.#code = code;
  }

  override _write(_chunk: Buffer, _encoding: string, callback: (error: Error) => void): void {
    callback(Object.assign(new Error(`write ${this.#code}`), { code: this.#code }));
  }
}
