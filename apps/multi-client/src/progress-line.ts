/** A line on the terminal that is written anew while a run lasts: only for those that last. */
import { PRIME_BYTES } from '@concurrent-primes/protocol';
import type { Progress } from './run.ts';

/** Shorter runs show no line. */
const QUIET_MS = 1000;
const REWRITE_MS = 200;
/** Back to the first column, and erase the line (ECMA-48: CR, EL). */
const ERASE_LINE = '\r\u001B[K';

/** Shows a {@link Progress} from its making until it is stopped. */
export class ProgressLine {
  readonly #write: (text: string) => void;
  readonly #timer: NodeJS.Timeout;
  #shown = false;

  /**
   * @param write - puts text on a terminal
   * @param progress - what to show
   * @param clients - how many clients there are
   */
  constructor(write: (text: string) => void, progress: Readonly<Progress>, clients: number) {
    this.#write = write;
    const beganMs = performance.now();
    this.#timer = setInterval(() => {
      const elapsedMs = performance.now() - beganMs;
      if (elapsedMs >= QUIET_MS) this.#show(progressText(progress, clients, elapsedMs));
    }, REWRITE_MS);
    this.#timer.unref();
  }

  /** Erases the line, for good. */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#shown) this.#write(ERASE_LINE);
  }

  #show(text: string): void {
    this.#shown = true;
    this.#write(ERASE_LINE + text);
  }
}

/**
 * How far a run is, in words.
 *
 * @param progress - of the run
 * @param clients - how many clients there are
 * @param elapsedMs - since it began, in milliseconds
 */
export function progressText({ done, primes }: Readonly<Progress>, clients: number, elapsedMs: number): string {
  const megabytesPerSecond = (primes * PRIME_BYTES) / 1e6 / (elapsedMs / 1000);
  return `${done} of ${clients} clients done, ${primes} primes, ${megabytesPerSecond.toFixed(1)} MB/s`;
}
