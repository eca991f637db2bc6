/**
 * A failed check as a picture in text: when each side sent bytes, ended, or was silent. The bytes say what was wrong, the
 * picture shows which side waited, and how long.
 *
 *     time    0                                                      1.50 s
 *     client  +▼····················································×
 *     server  ······················································
 */
import { formatDuration } from '@concurrent-primes/harness/terminal';
import type { ConnectionTimeline, Happening } from '../timeline.ts';

const NAME_WIDTH = 8;
const COLUMNS = 64;
const LEGEND = '+ connects   ▼ client sends   ▲ server sends   × ends   · silence';

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
  ]);
  return [axis, ...rows, `${' '.repeat(NAME_WIDTH)}${LEGEND}`];
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
