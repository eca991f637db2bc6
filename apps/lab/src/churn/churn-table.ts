/** The reports of several servers side by side. */
import { OUTCOMES } from '@concurrent-primes/conformance';
import { tableLines } from '@concurrent-primes/harness/terminal';
import { type Kind, KINDS } from './churn-mix.ts';
import type { ChurnReport } from './churn-run.ts';

const MEBIBYTE = 2 ** 20;

/** Renders a table: a column for each server, a row for each thing that was counted. */
export function churnTable(reports: ReadonlyMap<string, ChurnReport>): string {
  const all = [...reports.values()];
  const row = (title: string, cell: (report: ChurnReport) => string | number): string[] => [
    title,
    ...all.map((report) => String(cell(report))),
  ];
  const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(1);
  const outcomes = OUTCOMES.filter((name) => all.some(({ summary }) => summary.outcomes.has(name)));
  return tableLines([
    ['', ...reports.keys()],
    row('connections', ({ summary }) => summary.connections),
    row('connections a second', ({ summary, elapsedMs }) => Math.round((summary.connections / elapsedMs) * 1000)),
    ...(Object.keys(KINDS) as Kind[]).map((kind) => row(`clients: ${kind}`, ({ visits }) => visits.get(kind) ?? 0)),
    ...outcomes.map((name) => row(`counted: ${name}`, ({ summary }) => summary.outcomes.get(name) ?? 0)),
    row('memory when warm, MiB', ({ warm }) => mebibytes(warm.memoryBytes)),
    row('memory at the end, MiB', ({ atEnd }) => mebibytes(atEnd.memoryBytes)),
    row('descriptors, start and end', ({ atStart, atEnd }) => `${atStart.descriptors} ${atEnd.descriptors}`),
    row('threads, start and end', ({ atStart, atEnd }) => `${atStart.threads} ${atEnd.threads}`),
    row('faults', ({ faults }) => faults.length),
  ]).join('\n');
}
