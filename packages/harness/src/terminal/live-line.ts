/**
 * One line of a terminal that is rewritten while something lasts. In a file or a pipe there is no line.
 *
 * It is cut to 79 columns, one less than a terminal has at least, so that it never wraps.
 */
import { type Console, isTerminal, type Outlet } from './console.ts';

/** Back to the first column, and erase the line (ECMA-48: CR, EL). */
export const ERASE_LINE = '\r\u001B[K';
const COLUMNS = 79;

export interface LiveLineOptions {
  readonly env?: Console['env'];
  /** Time from its making in which nothing is shown, so that short runs stay silent. Default: 0. */
  readonly quietMs?: number;
  /** Least time between two rewrites. Default: 0. */
  readonly everyMs?: number;
  readonly nowMs?: () => number;
}

export class LiveLine implements Disposable {
  /** Whether there is a terminal to show it on. */
  readonly isVisible: boolean;
  readonly #outlet: Outlet;
  readonly #everyMs: number;
  readonly #nowMs: () => number;
  #nextMs: number;
  #isShown = false;

  constructor(outlet: Outlet, options: LiveLineOptions = {}) {
    const { env, quietMs = 0, everyMs = 0, nowMs = () => performance.now() } = options;
    this.isVisible = isTerminal(outlet, env);
    this.#outlet = outlet;
    this.#everyMs = everyMs;
    this.#nowMs = nowMs;
    this.#nextMs = nowMs() + quietMs;
  }

  /** Shows other text in place of the one before, if it is time to; a function makes it only then. */
  show(text: string | (() => string)): void {
    if (!this.isVisible) return;
    const nowMs = this.#nowMs();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + this.#everyMs;
    this.#isShown = true;
    this.#outlet.write(ERASE_LINE + (typeof text === 'string' ? text : text()).slice(0, COLUMNS));
  }

  /** Erases the line, before other output or at the end. */
  clear(): void {
    if (this.#isShown) this.#outlet.write(ERASE_LINE);
    this.#isShown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
