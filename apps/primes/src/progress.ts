/**
 * How far a long run is, on a line of the terminal that is written anew.
 *
 * It has no timer: whoever works tells after each piece how far he is, and most of these calls do nothing.
 */

/** Shorter runs show nothing. */
const QUIET_MS = 1000;
const REWRITE_MS = 200;
/** Back to the first column, and erase the line (ECMA-48: CR, EL). */
const ERASE_LINE = '\r\u001B[K';

/** The progress of one run. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #nowMs: () => number;
  readonly #beganMs: number;
  #shownMs: number | undefined;

  /**
   * @param write - puts text on a terminal
   * @param nowMs - a monotonic clock, in milliseconds
   */
  constructor(write: (text: string) => void, nowMs: () => number = () => performance.now()) {
    this.#write = write;
    this.#nowMs = nowMs;
    this.#beganMs = nowMs();
  }

  /**
   * Shows how far the run is, if it is time to.
   *
   * @param fraction - of the whole work, above 0, at most 1
   */
  update(fraction: number): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#beganMs < QUIET_MS || nowMs - (this.#shownMs ?? -Infinity) < REWRITE_MS) return;
    this.#shownMs = nowMs;
    const leftMs = ((nowMs - this.#beganMs) / fraction) * (1 - fraction);
    this.#write(`${ERASE_LINE}${Math.floor(100 * fraction)} %, about ${Math.ceil(leftMs / 1000)} s left`);
  }

  /** Erases the line, for good. */
  stop(): void {
    if (this.#shownMs !== undefined) this.#write(ERASE_LINE);
  }
}
