/** One line on the terminal that tells how a run goes while it lasts. */
import type { LoadPlan, LoadSnapshot } from '@concurrent-primes/load';
import { digits, formatDuration, formatLatency } from './format.ts';

/** Back to the first column, and erase the line (ECMA-48: CR, EL). */
const ERASE_LINE = '\r\u001B[K';

/** Rewrites it. */
export class LiveLine {
  readonly #write: (text: string) => void;
  #isShown = false;

  /** @param write - puts text on a terminal */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Shows other text, in place of the one before. */
  show(text: string): void {
    this.#isShown = true;
    this.#write(ERASE_LINE + text);
  }

  /** Erases the line. */
  clear(): void {
    if (this.#isShown) this.#write(ERASE_LINE);
    this.#isShown = false;
  }
}

/**
 * How far a run is, in words.
 *
 * @param snapshot - of the run
 * @param plan - what is run
 */
export function liveText(
  { phase, elapsedMs, requests, errors, requestsPerSecond, p99Ms }: LoadSnapshot,
  plan: LoadPlan,
): string {
  if (phase === 'warmup') return `warming up, ${elapsed(elapsedMs, plan.warmupMs)}`;
  if (phase === 'drain') return 'waiting for the last answers';
  const progress =
    plan.durationMs === undefined ? `${requests} of ${plan.requests!} requests` : elapsed(elapsedMs, plan.durationMs);
  return `${progress}, ${digits(requestsPerSecond)} requests/s, p99 ${formatLatency(p99Ms)}, ${errors} failed`;
}

function elapsed(atMs: number, ofMs: number): string {
  return `${(atMs / 1000).toFixed(1)} of ${formatDuration(ofMs)}`;
}
