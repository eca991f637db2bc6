/**
 * The table of metrics in documents, which comes from the metrics themselves:
 *
 *     <!-- metrics -->
 *     <!-- /metrics -->
 */
import { join } from 'node:path';
import { ROOT } from './workspace.ts';

const BLOCK = /<!-- metrics -->[^]*?<!-- \/metrics -->/g;

/** Whether a document has the table. */
export function hasMetrics(text: string): boolean {
  return text.includes('<!-- metrics -->');
}

/** Writes the table again. */
export function refreshMetrics(text: string, table: string): string {
  const ignored = `<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->`;
  return text.replaceAll(BLOCK, () => `<!-- metrics -->\n\n${ignored}\n\n<!-- /metrics -->`);
}

type ServerMetrics = typeof import('../../apps/server/src/admin/server-metrics.ts');
type Admin = typeof import('../../packages/admin/src/index.ts');

/** Makes the table from the metrics of the app `server`, which is built: scripts also run before anything is. */
export async function makeMetricTable(): Promise<string> {
  const { metricTable } = (await import(join(ROOT, 'packages/admin/dist/index.js'))) as Admin;
  const { SERVER_METRICS } = (await import(join(ROOT, 'apps/server/dist/admin/server-metrics.js'))) as ServerMetrics;
  return metricTable(SERVER_METRICS);
}
