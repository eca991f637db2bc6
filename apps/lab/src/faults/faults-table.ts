/** The results of one server as a table, with lines for what was refused and what was wrong. */
import { formatLatency, tableLines, wrapWords } from '@concurrent-primes/harness/terminal';
import { type Fault, isRefusal } from './fault.ts';
import type { FaultResult } from './fault-run.ts';
import type { ServerEnd } from './faulty-server.ts';
import { describeFailure } from './good-clients.ts';

/** A fault and what came of it. */
export interface FaultRow {
  readonly name: string;
  readonly fault: Fault;
  /** The result, or the reason why the fault was not made. */
  readonly outcome: FaultResult | { readonly skipped: string };
}

const HEAD = ['requests', 'failed', 'refused', 'slowest', 'fds', 'threads', 'MiB', 'conns', 'exit', 'SIGTERM'];
const MEBIBYTE = 2 ** 20;

/**
 * Renders the rows of one server.
 *
 * @param server - its name, the head of the first column
 * @param rows - its faults
 */
export function faultsTable(server: string, rows: readonly FaultRow[]): string {
  const table = tableLines([[server, ...HEAD, ''], ...rows.map(cellsOf)]);
  return [...table, ...rows.flatMap(notesOf), ''].join('\n');
}

/** What was refused, and what was wrong; nothing about other faults. */
function notesOf({ name, fault, outcome }: FaultRow): string[] {
  if ('skipped' in outcome) return [];
  const refusals = outcome.good.failures.filter((failure) => isRefusal(failure, fault)).map(describeFailure);
  if (refusals.length + outcome.problems.length === 0) return [];
  const lines = (lead: string, texts: readonly string[]): string[] =>
    texts.flatMap((text) => wrapWords(text, `  ${lead.padEnd(10)}`));
  return [
    '',
    `${name}: ${fault.title}`,
    ...lines('refused', refusals),
    ...(outcome.problems.length === 0 ? [] : lines('expected', [fault.expects])),
    ...lines('got', outcome.problems),
  ];
}

function cellsOf({ name, fault, outcome }: FaultRow): string[] {
  if ('skipped' in outcome) return [name, `skipped: ${outcome.skipped.split('\n', 1)[0]!}`];
  const { good, left, ends, problems } = outcome;
  const count = (refused: boolean): number =>
    good.failures.reduce((sum, failure) => sum + (isRefusal(failure, fault) === refused ? failure.count : 0), 0);
  const found = left && [left.descriptors, left.threads, (left.memoryBytes / MEBIBYTE).toFixed(1), left.connections];
  return [
    ...[name, good.requests, count(false), count(true), formatLatency(good.slowestMs)],
    ...(found ?? ['-', '-', '-', '-']),
    ...endOf(ends),
    problems.length === 0 ? 'ok' : 'FAILED',
  ].map(String);
}

/** The exit code and the time to obey SIGTERM; after a restart, of the server that was worst. */
function endOf(ends: readonly ServerEnd[]): string[] {
  const code = ends.map((end) => end.code ?? 'killed').find((text) => text !== 0) ?? 0;
  const times = ends.flatMap(({ stopMs }) => stopMs ?? []);
  return [String(code), times.length === 0 ? '-' : formatLatency(Math.max(...times))];
}
