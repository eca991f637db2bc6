/** The report for people: a line a check, at most 80 columns, with the evidence below each failure. */
import { formatDuration } from '@concurrent-primes/harness/terminal';
import { stripVTControlCharacters } from 'node:util';
import { type CheckReport, type CheckResult, countResults, type ReportedFailure } from '../check.ts';
import type { ConnectionTimeline } from '../timeline.ts';
import type { TranscriptLine } from '../transcript.ts';
import { plural, secondsText } from '../words.ts';
import { conversationPicture } from './conversation-picture.ts';

/** Colours a text, or not. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
}

const WIDTH = 80;
/** Where titles begin: behind the longest name. */
const TITLE_COLUMN = 34;
/** Up to this number, skipped checks have a line each. */
const FEW_SKIPPED = 3;
const INDENT = ' '.repeat(6);
/** System calls that are listed. */
const MOST_CALLS = 12;
/** Eight bytes in hex. */
const HEX_WIDTH = 23;
/** The lines of a server's output that are shown: runtimes say why they end in the first of a dump, or in the last. */
const OUTPUT_LINES = { first: 5, last: 6 };

type SkippedResult = Extract<CheckResult, { readonly status: 'skipped' }>;

/** No colour. */
export const PLAIN: Paint = { good: String, bad: String, faint: String };
/** The terminal's own colours: ECMA-48, SGR. */
export const COLOURED: Paint = {
  good: (text) => `\u001B[32m${text}\u001B[39m`,
  bad: (text) => `\u001B[31m${text}\u001B[39m`,
  faint: (text) => `\u001B[2m${text}\u001B[22m`,
};

/** @returns lines, each with its end */
function renderResult(result: Exclude<CheckResult, SkippedResult>, paint: Paint): string {
  const name = result.name.padEnd(TITLE_COLUMN - 4);
  switch (result.status) {
    case 'passed':
      return `  ${paint.good('✓')} ${name}${result.title}\n`;
    case 'failed':
      return `  ${paint.bad('✗')} ${name}${result.title}\n\n${renderFailure(result.failure, paint)}\n`;
  }
}

/**
 * Checks one after the other that were skipped for the same reason: many, when what all of them rest on has failed.
 *
 * @param results - at least one
 * @returns a line for each, or one for all if they are many
 */
function renderSkipped(results: readonly SkippedResult[], paint: Paint): string {
  const [first] = results;
  if (first === undefined || results.length <= FEW_SKIPPED)
    return results.map((one) => renderSkip(one, paint)).join('');
  return renderSkip({ name: `${results.length} checks`, reason: first.reason }, paint);
}

/**
 * What is wrong, and the evidence.
 *
 * @returns lines, each with its end
 */
export function renderFailure(failure: ReportedFailure, paint: Paint): string {
  const { what, hint, transcript, timelines, serverOutput } = failure;
  const parts = [wrap(what, INDENT), wrap(`→ ${hint}`, INDENT, '  ')];
  const picture = conversationPicture(timelines);
  if (picture.length > 0) parts.push(`\n${paint.faint(picture.map((line) => `${INDENT}${line}\n`).join(''))}`);
  for (const timeline of timelines) parts.push(...callLines(timeline));
  if (transcript.length > 0) parts.push(`\n${transcript.map((line) => renderLine(line)).join('')}`);
  if (serverOutput !== '') {
    const shown = excerpt(cleaned(serverOutput).split('\n'))
      .map((line) => `${`${INDENT}  ${line}`.slice(0, WIDTH).trimEnd()}\n`)
      .join('');
    parts.push(`\n${INDENT}the server printed:\n${paint.faint(shown)}`);
  }
  return parts.join('');
}

/** The last system calls of the server for a connection; none if they weren't traced. */
function callLines({ who, calls }: ConnectionTimeline): string[] {
  if (calls === undefined) return [];
  const ofWhom = who === '' ? '' : ` for ${who}`;
  if (calls.length === 0) return [`\n${INDENT}the server made no system call${ofWhom}: it has not accepted it\n`];
  const lines = calls
    .slice(-MOST_CALLS)
    .map(({ atMs, text }) => `${INDENT}  ${formatDuration(atMs).padEnd(10)}${text}\n`);
  return [`\n${INDENT}the server's system calls${ofWhom}:\n${lines.join('')}`];
}

/** Writes a report as it grows. */
export class TextReport {
  readonly #write: (lines: string) => void;
  readonly #paint: Paint;
  #skipped: SkippedResult[] = [];

  constructor(write: (lines: string) => void, paint: Paint) {
    this.#write = write;
    this.#paint = paint;
  }

  /** What stands above the checks. */
  head(target: string, seed: number): void {
    this.#write(`${wrap(`Checking ${target} (seed ${seed})`, '', '  ')}\n`);
  }

  /** A line a check, those that are skipped together on one. */
  result(result: CheckResult): void {
    if (result.status !== 'skipped' || result.reason !== this.#skipped[0]?.reason) this.#flush();
    if (result.status === 'skipped') this.#skipped.push(result);
    else this.#write(renderResult(result, this.#paint));
  }

  /** What stands below them. */
  tail(report: CheckReport): void {
    this.#flush();
    this.#write(renderTail(report, this.#paint));
  }

  #flush(): void {
    const lines = renderSkipped(this.#skipped, this.#paint);
    this.#skipped = [];
    if (lines !== '') this.#write(lines);
  }
}

export function renderText(report: CheckReport, paint: Paint = PLAIN): string {
  let text = '';
  const writer = new TextReport((lines) => (text += lines), paint);
  writer.head(report.target, report.seed);
  for (const result of report.results) writer.result(result);
  writer.tail(report);
  return text;
}

function renderTail(report: CheckReport, paint: Paint): string {
  const { passed, failed, skipped } = countResults(report);
  const parts = [
    passed > 0 ? paint.good(`${passed} passed`) : `${passed} passed`,
    failed > 0 ? paint.bad(`${failed} failed`) : `${failed} failed`,
    `${skipped} skipped`,
  ];
  const interrupted = report.interrupted ? 'Interrupted: ' : '';
  const lines = [`${interrupted}${parts.join(', ')}, in ${secondsText(Math.round(report.elapsedMs / 100) * 100)}`];
  for (const [reason, { length }] of Map.groupBy(report.leftOut, (check) => check.reason)) {
    lines.push(`${plural(length, 'check')} left out: ${reason}`);
  }
  const again = report.results.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (again.length > 0) lines.push(wrap(`Again, only these: --only ${again.join(' --only ')}`, '', '  ').trimEnd());
  return `\n${lines.join('\n')}\n`;
}

function renderSkip({ name, reason }: { readonly name: string; readonly reason: string }, paint: Paint): string {
  const text = wrap(`skipped: ${reason}`, ' '.repeat(TITLE_COLUMN)).trim();
  return `  ${paint.faint('-')} ${name.padEnd(TITLE_COLUMN - 4)}${paint.faint(text)}\n`;
}

/** Without what would move the cursor or colour the terminal: it is somebody else's text. */
function cleaned(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\t]/gu, '');
}

function excerpt(lines: readonly string[]): readonly string[] {
  const { first, last } = OUTPUT_LINES;
  return lines.length <= first + last ? lines : [...lines.slice(0, first), '...', ...lines.slice(-last)];
}

function renderLine({ from, hex, meaning }: TranscriptLine): string {
  const head = from === '' ? INDENT : `${INDENT}${from.padEnd(8)}${hex === '' ? '' : hex.padEnd(HEX_WIDTH + 2)}`;
  return wrap(meaning, head, ' '.repeat(head.length - INDENT.length), INDENT);
}

/** Fills lines with words; `first` begins the first of them, the others are indented as deep and by `hanging`. */
function wrap(text: string, first: string, hanging = '', indent = first): string {
  const lines: string[] = [];
  let line = first;
  let isFresh = true;
  // Intervals stay whole.
  for (const word of text.split(/ (?![^[\]]*\])/)) {
    if (!isFresh && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + hanging;
      isFresh = true;
    }
    line += isFresh ? word : ` ${word}`;
    isFresh = false;
  }
  lines.push(line);
  return lines.map((done) => `${done}\n`).join('');
}
