/**
 * Reports as JSON: what `--json` writes and `--check` reads.
 *
 * The names in the file stay as they are, so that earlier runs remain comparable: it calls a metric a figure.
 */
import type { Report } from './benchmark-report.ts';

/**
 * Writes reports as one JSON document, with all samples; each metric is in the unit of its name.
 *
 * @returns the document, with a line end
 */
export function renderJson(reports: readonly Report[]): string {
  const written = reports.map(({ rows, experiments, ...report }) => ({
    ...report,
    rows: rows.map(({ metric: figure, ...row }) => ({ figure, ...row })),
    experiments: experiments.map(({ contenders, ...experiment }) => ({
      ...experiment,
      contenders: contenders.map((contender) =>
        'missing' in contender
          ? contender
          : {
              ...contender,
              outcomes: contender.outcomes.map(({ metrics: figures, ...outcome }) => ({ figures, ...outcome })),
            },
      ),
    })),
  }));
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** What a comparison needs of an earlier report. */
export type EarlierReport = Pick<Report, 'benchmark' | 'quick' | 'rows' | 'environment'>;

/**
 * Reads reports.
 *
 * @throws Error if the text is something else
 */
export function parseReports(text: string): EarlierReport[] {
  const reports: unknown = JSON.parse(text);
  const isReport = (report: Partial<Report> | null): boolean =>
    typeof report?.benchmark === 'string' && Array.isArray(report.rows) && Array.isArray(report.experiments);
  if (!Array.isArray(reports) || !reports.every(isReport)) {
    throw new TypeError('it has no reports, or those of another version');
  }
  type Row = Report['rows'][number];
  type Written = Omit<EarlierReport, 'rows'> & {
    readonly rows: readonly (Omit<Row, 'metric'> & { readonly figure: Row['metric'] })[];
  };
  return (reports as Written[]).map(({ rows, ...report }) => ({
    ...report,
    rows: rows.map(({ figure: metric, ...row }) => ({ ...row, metric })),
  }));
}
