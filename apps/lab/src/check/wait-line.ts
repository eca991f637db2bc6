/**
 * Says on stderr what is waited for while a server that was started does not listen: on a terminal a line that is
 * rewritten each second and erased in the end, elsewhere one line, however often it is started. A server that
 * listens within a second needs no words.
 */
import { ERASE_LINE, type Outlet } from '@concurrent-primes/harness/terminal';

/** One less than a terminal has at least, so that the line never wraps. */
const LINE_WIDTH = 79;

export class WaitLine {
  readonly #outlet: Outlet;
  readonly #limitS: number;
  /** Whole seconds of the last line; 0 while there is none. */
  #shownS = 0;

  constructor(outlet: Outlet, timeoutMs: number) {
    this.#outlet = outlet;
    this.#limitS = timeoutMs / 1000;
  }

  /** The server does not listen yet. */
  show(port: number, waitedMs: number): void {
    const isTerminal = this.#outlet.isTTY === true;
    const seconds = Math.floor(waitedMs / 1000);
    if (seconds === this.#shownS || (this.#shownS > 0 && !isTerminal)) return;
    this.#shownS = seconds;
    const what = `waiting for a server on port ${port}`;
    this.#outlet.write(
      isTerminal
        ? ERASE_LINE + `${what}: ${seconds} of ${this.#limitS} s (--start-timeout; Ctrl-C ends it)`.slice(0, LINE_WIDTH)
        : `${what}, for ${this.#limitS} s at most (--start-timeout)\n`,
    );
  }

  /** It listens now, or it is waited for no more. */
  clear(): void {
    if (this.#shownS === 0 || this.#outlet.isTTY !== true) return;
    this.#outlet.write(ERASE_LINE);
    this.#shownS = 0;
  }
}
