/** The results of one server as a table, with a line for each thing that was wrong. */
import { formatLatency, tableLines, wrapWords } from '@concurrent-primes/harness/terminal';
import type { Fault } from './fault.ts';
import { type FaultResult, isRefusal } from './fault-run.ts';
import type { ServerEnd } from './faulty-server.ts';

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
  const notes = rows.flatMap(({ name, fault, outcome }) => {
    const problems = 'skipped' in outcome ? [] : outcome.problems;
    if (problems.length === 0) return [];
    return [
      '',
      `${name}: ${fault.title}`,
      ...wrapWords(fault.expects, '  expected  '),
      ...problems.flatMap((problem) => wrapWords(problem, '  got       ')),
    ];
  });
  return [...table, ...notes, ''].join('\n');
}

function cellsOf({ name, fault, outcome }: FaultRow): string[] {
  if ('skipped' in outcome) return [name, `skipped: ${outcome.skipped.split('\n', 1)[0]!}`];
  const { good, left, ends, problems } = outcome;
  const count = (refused: boolean): number =>
    good.failures.reduce((sum, failure) => sum + (isRefusal(failure.kind, fault) === refused ? failure.count : 0), 0);
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
