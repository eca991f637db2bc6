/**
 * The picture of a moment as lines of text: what the page shows, for a terminal of 80 columns and 24 lines.
 *
 * Nothing depends on colour: marks say the same.
 */
import { styleText } from 'node:util';
import { ACTS, type Cell, type State } from '@concurrent-primes/trace';
import { type Chip, type Picture, type Row, serverTitle, type ShownColumn, type StripPart } from '../model/index.ts';

/** What a screen shows beside the picture. */
export interface Screen {
  readonly state: State;
  readonly picture: Picture;
  /** `HELD`, `RUNNING`, and where. */
  readonly mode: string;
  readonly columns: number;
  readonly rows: number;
  readonly hasColours: boolean;
  /** The client whose row is marked. */
  readonly picked: number | undefined;
}

/** Columns of a row. */
const NAME = 5;
const PLACE = 14;
const GAPS = 3;
const KEYS = 'space hold, run  → step  shift → one call  ← back  n newest  ↑↓ pick  q quit';
const MOST_SENTENCE_LINES = 4;
const LEAST_COLUMNS = 40;

type Style = Parameters<typeof styleText>[0];

/** How many columns of the history, and how many characters of a strip, fit in a row. */
export function roomIn(columns: number): { readonly history: number; readonly strip: number } {
  const left = Math.max(LEAST_COLUMNS, columns) - NAME - PLACE - GAPS;
  const history = Math.min(40, Math.max(8, Math.floor(left * 0.35)));
  return { history, strip: left - history };
}

/** Draws a screen; returns at most as many lines as it has rows, none of them wider than its columns. */
export function linesOf(screen: Screen): string[] {
  const { picture, state, mode, columns, rows } = screen;
  const paint = painter(screen.hasColours);
  const { sentence, glance, machine } = picture;
  const { host, port } = state.server;
  const title = `${serverTitle(state.server)} at ${host}:${port}`;
  const head = spread(paint('bold', title), paint('bold', cut(mode, columns - title.length - 1)), columns);
  const sentences = atMost(
    MOST_SENTENCE_LINES,
    [sentence.lead, sentence.more].filter((text) => text !== '').flatMap((text) => wrap(plain(text), columns)),
    columns,
  );
  const number = `${glance.figure} ${glance.lines.map(plain).join(' ')}`;
  const above = [
    head,
    '',
    ...sentences,
    '',
    ...wrap(number, columns).map((line) => paint(glance.bad ? ['bold', 'red'] : 'bold', line)),
    '',
    ...(machine === undefined ? [] : [...machineLines(machine.stations, columns), '']),
  ];
  const left = rows - above.length - 2;
  const below = rowLines(screen, paint, left);
  const lines = [...above, ...below].slice(0, rows - 1);
  while (lines.length < rows - 1) lines.push('');
  return [...lines, paint('dim', cut(KEYS, columns))];
}

/** The first lines; … says that there are more. */
function atMost(most: number, lines: readonly string[], columns: number): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), cut(`${lines[most - 1]!} …`, columns)];
}

/** Lines with all stations: `select() ▼ s0 s1  →  inready s1  →  …`. */
function machineLines(
  stations: readonly { readonly title: string; readonly chips: readonly Chip[] }[],
  columns: number,
): string[] {
  const texts = stations.map(({ title, chips }, index) => {
    const chipText = chips.map(({ text, due }) => (due === true ? `(${text})` : text)).join(' ');
    return `${index === 0 ? '' : '→ '}${title}: ${chipText}`;
  });
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + width(text) + 2 <= columns) lines[lines.length - 1] = `${last}  ${text}`;
    else lines.push(cut(text, columns));
  }
  return lines;
}

function rowLines(screen: Screen, paint: Painter, left: number): string[] {
  const { picture, columns, picked } = screen;
  const room = roomIn(columns);
  const head = `${pad('', NAME + PLACE + room.strip + 2)} ${picture.columns.map(({ label }) => label.at(-1) ?? ' ').join('')}`;
  const isRoomy = picture.rows.length * 2 + 1 <= left;
  const lines = picture.rows.flatMap((row) => {
    const isPicked = row.key === picked;
    const mark = isPicked ? '»' : markOf(row);
    const first = [
      pad(`${mark}${row.name}`, NAME),
      // The arrow says it: ▼ readable, ▲ writable.
      pad(row.place.replace(/ (readable|writable)$/, ''), PLACE),
      pad(stripText(row.strip), room.strip),
      picture.columns.map((column) => historyMark(row, column)).join(''),
    ].join(' ');
    const line = row.kind === 'another' ? paint('red', first) : isPicked ? paint('bold', first) : first;
    return isRoomy ? [line, paint('dim', cut(`${pad('', NAME)} ${row.reason}`, columns))] : [line];
  });
  return [paint('dim', cut(head, columns)), ...lines].slice(0, Math.max(0, left + 1));
}

/** The state of a client as one character, before its name. */
function markOf({ kind }: Row): string {
  if (kind === 'another') return '!';
  if (kind === 'itself') return '–';
  if (kind === 'unknown') return '?';
  return kind === 'gone' ? '×' : ' ';
}

/** Sent integers stand alone, ▲ left in this step, › is next, · is to come. */
function stripText(strip: readonly StripPart[]): string {
  return strip.map(partText).join(' ');
}

function partText(part: StripPart): string {
  switch (part.is) {
    case 'note':
      return part.text;
    case 'bytes': {
      const { got, now, of } = part;
      return `${'■'.repeat(got - now)}${'▣'.repeat(now)}${'□'.repeat(of - got)}`;
    }
    case 'cell':
      return `${{ sent: '', 'now-out': '▲', 'now-in': '▼', next: '›', pending: '·' }[part.look]}${part.text}`;
  }
}

function historyMark({ key }: Row, { when, column }: ShownColumn): string {
  if (column === undefined) return ' ';
  if (when === 'later') return '·';
  if (column.kind === 'lost' || column.kind === 'left-out') return '/';
  if (key === 's0') return column.accepts > 0 ? '▼' : ' ';
  if (key === 'backlog') return column.backlog > 0 ? '!' : ' ';
  const cell = column.cells?.get(key);
  return cell === undefined ? ' ' : cellMark(cell);
}

function cellMark({ acts, waiting, band }: Cell): string {
  const has = (act: number): boolean => (acts & act) !== 0;
  if (has(ACTS.close)) return '×';
  if (has(ACTS.send)) return '▲';
  if (has(ACTS.recv)) return '▼';
  if (has(ACTS.accept) || has(ACTS.take)) return '+';
  if (waiting === 'another') return '!';
  if (band === 'blocked') return '|';
  if (band === 'thread') return '=';
  return waiting === 'itself' ? '–' : waiting === 'unknown' ? '?' : ' ';
}

type Painter = (style: Style, text: string) => string;

function painter(hasColours: boolean): Painter {
  return (style, text) => (hasColours && text !== '' ? styleText(style, text, { validateStream: false }) : text);
}

/** A text without the marks of strong words. */
function plain(text: string): string {
  return text.replaceAll('*', '');
}

// eslint-disable-next-line no-control-regex -- styles are no characters
const STYLES = /\u001b\[[\d;]*m/g;

/** Every character of the picture is one code unit, and one column wide. */
function width(text: string): number {
  return text.replaceAll(STYLES, '').length;
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

function pad(text: string, columns: number): string {
  const fitting = cut(text, columns);
  return fitting + ' '.repeat(Math.max(0, columns - width(fitting)));
}

function spread(left: string, right: string, columns: number): string {
  return `${left}${' '.repeat(Math.max(1, columns - width(left) - width(right)))}${right}`;
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(word) <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
