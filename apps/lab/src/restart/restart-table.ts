/** What clients saw of restarts, as a table for a terminal of 80 columns. */
import { formatLatency, tableLines, wrapWords } from '@concurrent-primes/harness/terminal';
import { errorCount, type LoadResult } from '@concurrent-primes/load';
import type { RestartWay } from './restart-way.ts';

/** What was measured of one way. */
export interface RestartRow {
  readonly name: string;
  readonly way: RestartWay;
  readonly keepAlive: boolean;
  readonly result: LoadResult;
}

/** The empty cell makes the last one of the other rows free text. */
const HEADING = ['way', 'connections', 'requests', 'failed', 'slowest', 'what clients saw', ''];
const NAME_COLUMNS = 12;

/** Writes the table, and what its names mean. */
export function restartTable(rows: readonly RestartRow[]): string {
  const ways = new Map(rows.map(({ name, way }) => [name, way]));
  const cells = rows.map(({ name, keepAlive, result }) => [
    name,
    keepAlive ? 'kept' : 'new',
    String(result.requests + errorCount(result)),
    String(errorCount(result)),
    formatLatency(result.latency.done.maxMs),
    seen(result),
  ]);
  const meanings = [...ways].flatMap(([name, { title }]) => wrapWords(title, name.padEnd(NAME_COLUMNS)));
  return [...tableLines([HEADING, ...cells], { left: 2 }), '', ...meanings].join('\n');
}

/** Whether a way kept its promise. */
export function isRight({ way, result }: RestartRow): boolean {
  return !way.isLossless || errorCount(result) === 0;
}

function seen({ errors, resent }: LoadResult): string {
  const kinds = Object.entries(errors)
    .toSorted(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${count} ${kind}`);
  const again = resent === 0 ? [] : [`${resent} asked again`];
  const all = [...kinds, ...again];
  return all.length === 0 ? 'nothing' : all.join(', ');
}
