/** A table of metrics for people, as Markdown. */
import type { Metric } from './metric.ts';

/** Returns a row for each metric: name and labels, type, meaning. */
export function metricTable<Source>(metrics: readonly Metric<Source>[]): string {
  const rows = metrics.map((metric) => {
    const labels = metric.type === 'histogram' ? [] : (metric.labels ?? []);
    const name = labels.length === 0 ? metric.name : `${metric.name}{${labels.join(', ')}}`;
    return `| \`${name}\` | ${metric.type} | ${metric.help} |`;
  });
  return ['| metric | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
