/** A run as a table: a line for each client and a total, in 80 columns even for the widest interval. */
import { tableLines } from '@concurrent-primes/harness/terminal';
import { type ClientReport, isFailed, messageOf, type RunReport, totalOf } from './run-report.ts';

/**
 * Writes a run as a table.
 *
 * @returns lines of text, each with its line end
 */
export function renderTable(report: RunReport): string {
  const { clients, failed, count, sum } = totalOf(report);
  const who = `${clients} ${clients === 1 ? 'client' : 'clients'}${failed > 0 ? `, ${failed} failed` : ''}`;
  const rows = [
    ['client', 'interval', 'primes', 'sum', 'time'],
    ...report.clients.map(rowOf),
    ['total', who, String(count), String(sum), formatTime(report.elapsedMs)],
  ];
  return tableLines(rows, { left: 0 })
    .map((line) => `${line}\n`)
    .join('');
}

/** A duration: `0.4 ms`, `99.9 ms`, `1.25 s`. */
export function formatTime(durationMs: number): string {
  return durationMs < 999.95 ? `${durationMs.toFixed(1)} ms` : `${(durationMs / 1000).toFixed(2)} s`;
}

/** All columns, or the first two and the reason of a failure. */
function rowOf({ client, interval: [min, max], received, outcome }: ClientReport): string[] {
  const interval = `[${min}, ${max}]`;
  if (!isFailed(outcome)) {
    return [String(client), interval, String(received), String(outcome.sum), formatTime(outcome.elapsedMs)];
  }
  const after = received > 0 ? ` (after ${received} primes)` : '';
  return [String(client), interval, `${messageOf(outcome)}${after}`];
}
