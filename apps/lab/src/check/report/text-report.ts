/** The report for people: a line a check, at most 80 columns, with the evidence below each failure. */
import { stripVTControlCharacters } from 'node:util';
import { type CheckReport, type CheckResult, countResults, type ReportedFailure } from '../check.ts';
import type { TranscriptLine } from '../transcript.ts';
import { plural, secondsText } from '../words.ts';

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

/**
 * What stands above the checks.
 *
 * @param target - the server's name
 * @param seed - of the run
 */
export function renderHead(target: string, seed: number): string {
  return wrap(`Checking ${target} (seed ${seed})`, '', '  ');
}

/**
 * One check.
 *
 * @param result - of the check
 * @param paint - see {@link Paint}
 * @returns lines, each with its end
 */
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
 * @param paint - see {@link Paint}
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
 * @param failure - of a check
 * @param paint - see {@link Paint}
 * @returns lines, each with its end
 */
export function renderFailure(failure: ReportedFailure, paint: Paint): string {
  const { what, hint, transcript, serverOutput } = failure;
  const parts = [wrap(what, INDENT), wrap(`→ ${hint}`, INDENT, '  ')];
  if (transcript.length > 0) parts.push(`\n${transcript.map((line) => renderLine(line)).join('')}`);
  if (serverOutput !== '') {
    const shown = excerpt(cleaned(serverOutput).split('\n'))
      .map((line) => `${`${INDENT}  ${line}`.slice(0, WIDTH).trimEnd()}\n`)
      .join('');
    parts.push(`\n${INDENT}the server printed:\n${paint.faint(shown)}`);
  }
  return parts.join('');
}

/** Results as they come: a line a check, those that are skipped together on one. */
export class ResultText {
  readonly #paint: Paint;
  readonly #write: (text: string) => void;
  #skipped: SkippedResult[] = [];

  /**
   * @param paint - see {@link Paint}
   * @param write - takes whole lines
   */
  constructor(paint: Paint, write: (text: string) => void) {
    this.#paint = paint;
    this.#write = write;
  }

  /** The next result. */
  add(result: CheckResult): void {
    if (result.status !== 'skipped' || result.reason !== this.#skipped[0]?.reason) this.flush();
    if (result.status === 'skipped') this.#skipped.push(result);
    else this.#write(renderResult(result, this.#paint));
  }

  /** There are no more, or somebody wants to see all of them. */
  flush(): void {
    const lines = renderSkipped(this.#skipped, this.#paint);
    this.#skipped = [];
    if (lines !== '') this.#write(lines);
  }
}

/**
 * What stands below the checks.
 *
 * @param report - of the run
 * @param paint - see {@link Paint}
 */
export function renderTail(report: CheckReport, paint: Paint): string {
  const { passed, failed, skipped } = countResults(report);
  const parts = [
    passed > 0 ? paint.good(`${passed} passed`) : `${passed} passed`,
    failed > 0 ? paint.bad(`${failed} failed`) : `${failed} failed`,
    `${skipped} skipped`,
  ];
  const interrupted = report.interrupted ? 'Interrupted: ' : '';
  const lines = [`${interrupted}${parts.join(', ')}, in ${secondsText(Math.round(report.elapsedMs / 100) * 100)}`];
  for (const [reason, count] of countReasons(report)) lines.push(`${plural(count, 'check')} left out: ${reason}`);
  const again = report.results.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (again.length > 0) lines.push(wrap(`Again, only these: --only ${again.join(' --only ')}`, '', '  ').trimEnd());
  return `\n${lines.join('\n')}\n`;
}

/**
 * All of it.
 *
 * @param report - of the run
 * @param paint - default: no colour
 */
export function renderText(report: CheckReport, paint: Paint = PLAIN): string {
  let text = `${renderHead(report.target, report.seed)}\n`;
  const results = new ResultText(paint, (lines) => (text += lines));
  for (const result of report.results) results.add(result);
  results.flush();
  return text + renderTail(report, paint);
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

function countReasons({ leftOut }: CheckReport): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { reason } of leftOut) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}
