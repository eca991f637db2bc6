/**
 * What passed over one connection, and what it means: the evidence beside each failure.
 *
 * Bytes alone help only readers that know the protocol by heart, so each line says what they stand for. The server's bytes
 * carry no names: the same four can be N or a prime. The peer says when an answer begins
 * ({@link Transcript.awaitAnswer}), and from there they are laid out as N and primes, whether or not they make sense as
 * such. Everything is bounded: a 420 MB answer leaves a few lines.
 */
import { COUNT_BYTES, type PeerObserver, PRIME_BYTES, readInt32, refusalName } from '@concurrent-primes/conformance';
import { Timeline } from './timeline.ts';

/** One line of a transcript. */
export interface TranscriptLine {
  /** Whose bytes these are; `''` where nothing was sent. */
  readonly from: 'client' | 'server' | '';
  /** Up to 8 bytes in hex, such as `00 00 00 64`; `''` where nothing was sent. */
  readonly hex: string;
  /** What they mean, or what happened. */
  readonly meaning: string;
}

/** Bytes of the server that nothing interrupted. */
interface Run {
  /** Where the run begins, counted from the first byte of an answer; undefined when no answer was awaited. */
  readonly at: number | undefined;
  /** The first {@link KEPT_BYTES} of them. */
  readonly kept: Uint8Array;
  length: number;
}

/** How much of a run is kept: enough for the answers of all checks but the largest. */
const KEPT_BYTES = 128 * 1024;
const LINE_BYTES = 8;
/** Lines shown where a run begins, and around its focus. */
const HEAD_LINES = 6;
const FOCUS_LINES = 2;
/** Lines shown of one message of the client. */
const SENT_LINES = 4;
/** Earlier lines than this many are left out. */
const MAX_LINES = 30;

export class Transcript implements PeerObserver {
  /** When it happened. */
  readonly timeline = new Timeline();
  readonly #entries: (TranscriptLine | Run)[] = [];
  /** How many bytes of the awaited answer have come; undefined when none is awaited. */
  #answered: number | undefined;

  /**
   * The client sent bytes.
   *
   * @param bytes - all of them; only the first are kept
   */
  sent(bytes: Uint8Array, meaning: string): void {
    this.timeline.bytes('client', bytes.length);
    const end = Math.min(bytes.length, SENT_LINES * LINE_BYTES);
    for (let start = 0; start < end; start += LINE_BYTES) {
      const hex = hexOf(bytes.subarray(start, start + LINE_BYTES));
      this.#entries.push({ from: 'client', hex, meaning: start === 0 ? meaning : '' });
    }
    const more = bytes.length - end;
    if (more > 0) this.#entries.push({ from: 'client', hex: '', meaning: `(${more} more bytes)` });
  }

  /** From here on the server's bytes are N and primes. */
  awaitAnswer(): void {
    this.#answered = 0;
  }

  /** From here on they are nothing that was asked for. */
  awaitNothing(): void {
    this.#answered = undefined;
  }

  /**
   * The server sent bytes.
   *
   * @param bytes - as they came; copied
   */
  received(bytes: Uint8Array): void {
    this.timeline.bytes('server', bytes.length);
    const run = this.#currentRun();
    if (run.length < KEPT_BYTES) run.kept.set(bytes.subarray(0, KEPT_BYTES - run.length), run.length);
    run.length += bytes.length;
    if (this.#answered !== undefined) this.#answered += bytes.length;
  }

  /**
   * Something else happened.
   *
   * @param from - the side that did it; `''` for neither
   */
  event(from: TranscriptLine['from'], meaning: string): void {
    this.timeline.event(from, meaning);
    this.#entries.push({ from, hex: '', meaning });
  }

  /**
   * Writes it down.
   *
   * @param focus - offset in the last answer, N included, of the byte that matters most; it is shown in any case
   * @returns the last lines, at most about 30
   */
  lines(focus = 0): TranscriptLine[] {
    const lastRun = this.#entries.findLastIndex((entry) => 'kept' in entry);
    const lines = this.#entries.flatMap((entry, index) =>
      'kept' in entry ? linesOf(entry, index === lastRun ? focus : 0) : [entry],
    );
    if (lines.length <= MAX_LINES) return lines;
    const skipped = lines.length - MAX_LINES;
    return [{ from: '', hex: '', meaning: `(${skipped} earlier lines left out)` }, ...lines.slice(skipped)];
  }

  #currentRun(): Run {
    const last = this.#entries.at(-1);
    const continues =
      last !== undefined && 'kept' in last && (last.at === undefined) === (this.#answered === undefined);
    if (continues && this.#answered !== 0) return last;
    const run = { at: this.#answered, kept: new Uint8Array(KEPT_BYTES), length: 0 };
    this.#entries.push(run);
    return run;
  }
}

/**
 * Bytes as people write them.
 *
 * @returns such as `00 00 00 64`
 */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Cuts a run where its integers begin, and leaves out what is far from both its beginning and the focus. */
function linesOf({ at, kept, length }: Run, focus: number): TranscriptLine[] {
  const starts = [0];
  const known = Math.min(length, kept.length);
  // N has a line of its own; a run that begins inside an integer first completes it.
  const first = at === undefined ? LINE_BYTES : at < COUNT_BYTES ? COUNT_BYTES - at : PRIME_BYTES - (at % PRIME_BYTES);
  for (let start = first; start < known; start += LINE_BYTES) starts.push(start);
  const focusLine = starts.findLastIndex((start) => start <= focus - (at ?? 0));
  const shown = starts.filter((_, line) => line < HEAD_LINES || Math.abs(line - focusLine) < FOCUS_LINES);
  const lines: TranscriptLine[] = [];
  let next = 0;
  const skipTo = (offset: number): void => {
    if (offset > next) lines.push({ from: 'server', hex: '', meaning: `(${offset - next} more bytes)` });
  };
  for (const start of shown) {
    skipTo(start);
    next = Math.min(starts[starts.indexOf(start) + 1] ?? known, known);
    const bytes = kept.subarray(start, next);
    lines.push({ from: 'server', hex: hexOf(bytes), meaning: meaningOf(bytes, at === undefined ? at : at + start) });
  }
  skipTo(length);
  return lines;
}

function meaningOf(bytes: Uint8Array, at: number | undefined): string {
  if (at === undefined) return 'unasked';
  if (at === 0 && bytes.length === COUNT_BYTES) {
    const count = readInt32(bytes);
    const refusal = refusalName(count);
    return refusal === undefined ? `N = ${count}` : `N = ${count}: refused, ${refusal}`;
  }
  if (at % PRIME_BYTES !== 0 || bytes.length < PRIME_BYTES) return 'part of an integer';
  const numbers: number[] = [];
  for (let offset = 0; offset + PRIME_BYTES <= bytes.length; offset += PRIME_BYTES) {
    numbers.push(readInt32(bytes, offset));
  }
  return numbers.join(', ') + (bytes.length % PRIME_BYTES === 0 ? '' : ', and part of another');
}
