/**
 * Metrics in the text format of Prometheus, version 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
import type { Histogram, LabelledValues, Metric } from './metric.ts';

/** The media type of the text. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Writes metrics as text; leaves out those that don't exist here.
 *
 * @param metrics - the table
 * @param source - what its entries read
 *
 * @example
 * ```ts
 * import { type Metric, prometheusText } from '@concurrent-primes/admin';
 *
 * const metrics: Metric<{ clients: number }>[] = [
 *   { name: 'chat_clients', type: 'gauge', help: 'Clients that are connected.', read: ({ clients }) => clients },
 * ];
 * console.log(prometheusText(metrics, { clients: 3 }).split('\n')[2]); // prints chat_clients 3
 * ```
 */
export function prometheusText<Source>(metrics: readonly Metric<Source>[], source: Source): string {
  return metrics
    .map((metric) => {
      const lines = linesOf(metric, source);
      if (lines === undefined) return '';
      const help = metric.help.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`);
      return [`# HELP ${metric.name} ${help}`, `# TYPE ${metric.name} ${metric.type}`, ...lines, ''].join('\n');
    })
    .join('');
}

function linesOf<Source>(metric: Metric<Source>, source: Source): string[] | undefined {
  if (metric.type === 'histogram') {
    const histogram = metric.read(source);
    return histogram && histogramLines(metric.name, histogram);
  }
  const value = metric.read(source);
  if (value === undefined) return undefined;
  const values: LabelledValues = typeof value === 'number' ? [[[], value]] : value;
  return values.map(
    ([labels, number]) => `${metric.name}${labelText(metric.labels ?? [], labels)} ${numberText(number)}`,
  );
}

/** In this format a bucket also counts the values of all lower ones. */
function histogramLines(name: string, { bounds, counts, sum }: Histogram): string[] {
  let below = 0;
  const buckets = counts.map((count, bucket) => {
    below += count;
    return `${name}_bucket{le="${bounds[bucket] ?? '+Inf'}"} ${below}`;
  });
  return [...buckets, `${name}_sum ${numberText(sum)}`, `${name}_count ${below}`];
}

function labelText(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return '';
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`);
  return `{${pairs.join(',')}}`;
}

function numberText(value: number): string {
  return value === Infinity ? '+Inf' : String(value);
}

function escapeLabel(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
