import { Writable } from 'node:stream';

/** A stream that keeps what is written to it, and may be a terminal. */
export class Sink extends Writable {
  readonly isTTY: boolean;
  readonly #parts: Buffer[] = [];

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString();
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    this.#parts.push(Buffer.from(chunk));
    callback();
  }
}

/** A stream whose writes fail with a code, as those of a pipe without a reader do. */
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
