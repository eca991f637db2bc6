/** A line on the terminal that is written anew while a comparison lasts. */
import { ERASE_LINE, LINE_WIDTH } from '../terminal.ts';
import * as format from './format.ts';
import type { Turn } from './measure.ts';

/** Shows how far a comparison is, until it is cleared. */
export class ProgressLine {
  readonly #write: (text: string) => void;

  /** @param write - puts text on a terminal */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Writes the line anew. */
  show(turn: Turn): void {
    this.#write(ERASE_LINE + progressText(turn).replaceAll('\u00A0', ' ').slice(0, LINE_WIDTH));
  }

  /** Erases the line. */
  clear(): void {
    this.#write(ERASE_LINE);
  }
}

/** How far a comparison is, in a line. */
export function progressText({ round, rounds, server, done, all, snapshot }: Turn): string {
  const head = `[${done + 1}/${all}] round ${round} of ${rounds}, ${server}`;
  switch (snapshot?.phase) {
    case undefined:
      return `${head}: starting`;
    case 'warmup':
      return `${head}: warming up`;
    case 'measure':
    case 'drain': {
      const { requestsPerSecond, p99Ms, errors } = snapshot;
      const failed = errors === 0 ? '' : `, ${format.number(errors)} failed`;
      return `${head}: ${format.number(requestsPerSecond)} requests/s, p99 ${format.duration(p99Ms)}${failed}`;
    }
  }
}
