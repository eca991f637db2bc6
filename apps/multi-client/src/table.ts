/** A run as text: one line a client and one for all, in columns that fit in 80 even for the widest interval. */
import { type ClientReport, isFailed, type RunReport, totalOf } from './report.ts';

/** One line: the columns, right-aligned, or the first two and a text. */
type Line = readonly [client: string, interval: string, count: string, sum: string, time: string] | FailedLine;
type FailedLine = readonly [client: string, interval: string, reason: string];

const HEADER: Line = ['client', 'interval', 'primes', 'sum', 'time'];
const GAP = '  ';

/**
 * Writes a run as a table.
 *
 * @param report - of the run
 * @returns lines of text, each with its line end
 */
export function renderTable(report: RunReport): string {
  const { clients, failed, count, sum } = totalOf(report);
  const who = `${clients} ${clients === 1 ? 'client' : 'clients'}${failed > 0 ? `, ${failed} failed` : ''}`;
  const total: Line = ['total', who, String(count), String(sum), formatTime(report.elapsedMs)];
  const lines = [HEADER, ...report.clients.map(lineOf), total];
  const widths = HEADER.map((_, column) =>
    Math.max(...lines.map((line) => (column < 2 || !isFailedLine(line) ? line[column]!.length : 0))),
  );
  return lines.map((line) => `${align(line, widths)}\n`).join('');
}

/**
 * A duration for people.
 *
 * @param durationMs - in milliseconds
 * @returns with its unit: `0.4 ms`, `99.9 ms`, `1.25 s`
 */
export function formatTime(durationMs: number): string {
  return durationMs < 999.95 ? `${durationMs.toFixed(1)} ms` : `${(durationMs / 1000).toFixed(2)} s`;
}

function lineOf({ client, interval: [min, max], received, outcome }: ClientReport): Line {
  const interval = `[${min}, ${max}]`;
  if (!isFailed(outcome)) {
    return [String(client), interval, String(received), String(outcome.sum), formatTime(outcome.elapsedMs)];
  }
  const after = received > 0 ? ` (after ${received} primes)` : '';
  return [String(client), interval, `${outcome.error.message}${after}`];
}

function isFailedLine(line: Line): line is FailedLine {
  return line.length === 3;
}

function align(line: Line, widths: readonly number[]): string {
  return line
    .map((cell, column) => (column === 2 && isFailedLine(line) ? cell : cell.padStart(widths[column]!)))
    .join(GAP);
}
