/** Columns and values of reports of 80 columns. */
import { formatDigits, formatLatency } from '@concurrent-primes/harness/terminal';
import { type Condition, type LoadResult, measure } from '@concurrent-primes/load';

const LABEL_COLUMNS = 12;
const CELL_COLUMNS = 10;

/** A heading, padded so that all texts begin in the same column. */
export function label(text: string): string {
  return text.padEnd(LABEL_COLUMNS);
}

/** A line of a table: a heading and right-aligned cells. */
export function row(heading: string, cells: readonly string[], headingColumns = LABEL_COLUMNS): string {
  return heading.padEnd(headingColumns) + cells.map((text) => text.padStart(CELL_COLUMNS)).join('');
}

/** The measured value of a condition's metric: `6.75 ms`, `2.24 %`, `500`. */
export function measuredText({ metric }: Condition, result: LoadResult): string {
  const measured = measure(metric, result);
  if (metric.kind === 'latency') return formatLatency(measured);
  return `${formatDigits(measured)}${metric.kind !== 'rate' && metric.of === 'percent' ? ' %' : ''}`;
}
