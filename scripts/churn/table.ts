/** The reports of several servers side by side. */
import { OUTCOMES } from '../../packages/fixtures/src/outcomes.ts';
import { type Kind, KINDS } from './mix.ts';
import type { Report } from './run.ts';

const MEBIBYTE = 2 ** 20;

/**
 * Draws up a table: a column a server, a row for each thing that was counted.
 *
 * @param reports - By the server's name.
 */
export function table(reports: ReadonlyMap<string, Report>): string {
  const all = [...reports.values()];
  const row = (title: string, cell: (report: Report) => string | number): string[] => [
    title,
    ...all.map((r) => String(cell(r))),
  ];
  const outcomes = OUTCOMES.filter((name) => all.some(({ summary }) => summary.outcomes.has(name)));
  const rows = [
    ['', ...reports.keys()],
    row('connections', ({ summary }) => summary.connections),
    row('connections a second', ({ summary, elapsedMs }) => Math.round((summary.connections / elapsedMs) * 1000)),
    ...(Object.keys(KINDS) as Kind[]).map((kind) => row(`clients: ${kind}`, ({ visits }) => visits.get(kind) ?? 0)),
    ...outcomes.map((name) => row(`counted: ${name}`, ({ summary }) => summary.outcomes.get(name) ?? 0)),
    row('memory when warm, MiB', ({ warm }) => inMebibytes(warm.memoryBytes)),
    row('memory at the end, MiB', ({ atEnd }) => inMebibytes(atEnd.memoryBytes)),
    row('descriptors, start and end', ({ atStart, atEnd }) => `${atStart.descriptors} ${atEnd.descriptors}`),
    row('threads, start and end', ({ atStart, atEnd }) => `${atStart.threads} ${atEnd.threads}`),
    row('faults', ({ faults }) => faults.length),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows
    .map(([title, ...cells]) =>
      [title!.padEnd(widths[0]!), ...cells.map((cell, i) => cell.padStart(widths[i + 1]!))].join('  '),
    )
    .join('\n');
}

function inMebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1);
}
