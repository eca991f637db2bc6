/**
 * Reports as JSON: what `--json` writes and `--check` reads.
 *
 * The names in the file stay as they are, so that earlier runs remain comparable: it calls a metric a figure.
 */
import type { Report } from './benchmark-report.ts';

const WRITTEN_NAMES: Names = { metric: 'figure', metrics: 'figures' };
const OWN_NAMES: Names = { figure: 'metric', figures: 'metrics' };

type Names = Readonly<Record<string, string>>;

/** Writes reports as one JSON document, with all samples; each metric is in the unit of its name. */
export function renderJson(reports: readonly Report[]): string {
  return `${JSON.stringify(reports, (_, value: unknown) => renamed(value, WRITTEN_NAMES), 2)}\n`;
}

/** What a comparison needs of an earlier report. */
export type EarlierReport = Pick<Report, 'benchmark' | 'quick' | 'rows' | 'environment'>;

/** Reads reports; throws if the text is something else. */
export function parseReports(text: string): EarlierReport[] {
  const reports: unknown = JSON.parse(text, (_, value: unknown) => renamed(value, OWN_NAMES));
  const isReport = (report: Partial<Report> | null): boolean =>
    typeof report?.benchmark === 'string' && Array.isArray(report.rows) && Array.isArray(report.experiments);
  if (Array.isArray(reports) && reports.every(isReport)) return reports as EarlierReport[];
  throw new TypeError('it has no reports, or those of another version');
}

/** An object with other names for some of its properties; anything else as it is. */
function renamed(value: unknown, names: Names): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [names[name] ?? name, property]));
}
