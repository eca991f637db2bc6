/**
 * A failed check as a picture in text: when each side sent bytes, ended, or was silent. The bytes say what was wrong, the
 * picture shows which side waited, and how long.
 *
 *     time    0                                                      1.50 s
 *     client  +▼····················································×
 *     server  ······················································
 */
import { formatDuration } from '@concurrent-primes/harness/terminal';
import type { ServerCall } from '../../watch/strace/connection-calls.ts';
import type { ConnectionTimeline, Happening } from '../timeline.ts';

const NAME_WIDTH = 8;
const COLUMNS = 64;
const LEGEND = '+ connects   ▼ client sends   ▲ server sends   × ends   · silence';

const CALLS_LEGEND = 'server’s calls: a accept  r recv  s send  c close  - not returned';

/** How each call is drawn. */
export const CALL_SIGNS: Readonly<Record<ServerCall['is'], string>> = { accept: 'a', recv: 'r', send: 's', close: 'c' };

/** The sign of a happening; bytes point to the other side's row. Undefined for silence. */
export function signOf({ from, is }: Happening): string | undefined {
  if (is === 'bytes') return from === 'client' ? '▼' : '▲';
  return { connect: '+', end: '×', other: undefined }[is];
}

/**
 * Draws connections on the same time.
 *
 * @param timelines - the connections, in the order of their arrival
 * @returns lines without ends; none if nothing happened
 */
export function conversationPicture(timelines: readonly ConnectionTimeline[]): string[] {
  if (timelines.every(({ happenings }) => happenings.length === 0)) return [];
  const times = timelines.flatMap(({ happenings, untilMs }) => [...happenings.map(({ atMs }) => atMs), untilMs]);
  const [fromMs, toMs] = [Math.min(...times), Math.max(...times)];
  const columnOf = (atMs: number): number =>
    toMs === fromMs ? 0 : Math.round(((atMs - fromMs) / (toMs - fromMs)) * (COLUMNS - 1));
  const end = formatDuration(toMs - fromMs);
  const axis = `${'time'.padEnd(NAME_WIDTH)}0${end.padStart(COLUMNS - 1)}`;
  const rows = timelines.flatMap((timeline) => [
    ...(timeline.who === '' ? [] : [`${timeline.who}:`]),
    ...(['client', 'server'] as const).map((side) =>
      (side.padEnd(NAME_WIDTH) + rowOf(timeline, side, columnOf)).trimEnd(),
    ),
    ...(timeline.calls === undefined
      ? []
      : [`${'calls'.padEnd(NAME_WIDTH)}${callsRow(timeline, toMs, columnOf)}`.trimEnd()]),
  ]);
  const legends = timelines.some(({ calls }) => calls !== undefined) ? [LEGEND, CALLS_LEGEND] : [LEGEND];
  return [axis, ...rows, ...legends.map((legend) => `${' '.repeat(NAME_WIDTH)}${legend}`)];
}

/** The server's calls: a letter where each begins, and a line as long as it has not returned. */
function callsRow({ calls = [] }: ConnectionTimeline, toMs: number, columnOf: (atMs: number) => number): string {
  const row: string[] = Array.from({ length: COLUMNS }, () => ' ');
  for (const { is, atMs, untilMs = toMs } of calls) {
    const [begin, end] = [atMs, untilMs].map((time) => columnOf(Math.min(time, toMs))) as [number, number];
    // What begins at the same time stands beside it.
    let column = begin;
    while (column < COLUMNS - 1 && /[a-z]/.test(row[column]!)) column += 1;
    row.fill('-', column, Math.max(column, end) + 1);
    row[column] = CALL_SIGNS[is];
  }
  return row.join('');
}

function rowOf(
  { happenings, untilMs }: ConnectionTimeline,
  side: 'client' | 'server',
  columnOf: (atMs: number) => number,
): string {
  const begin = columnOf(happenings[0]?.atMs ?? untilMs);
  const mine = happenings.filter(({ from }) => from === side);
  const over = mine.find(({ is }) => is === 'end');
  const end = columnOf(over?.atMs ?? untilMs);
  const row: string[] = Array.from({ length: COLUMNS }, (_, column) => (column >= begin && column <= end ? '·' : ' '));
  for (const happening of mine) {
    const sign = signOf(happening);
    if (sign === undefined) continue;
    // What comes at the same time stands beside it.
    let column = columnOf(happening.atMs);
    while (column < COLUMNS - 1 && row[column] !== '·' && row[column] !== ' ' && row[column] !== sign) column += 1;
    row[column] = sign;
  }
  return row.join('');
}
