/** All ways to write a report. */
import { type CheckReport, countResults } from '../check.ts';
import { renderCheckHtml } from './check-html.ts';
import { renderGradescope } from './gradescope.ts';
import { renderJunit } from './junit.ts';
import { renderTap } from './tap.ts';
import { renderText } from './text-report.ts';

/** By the name that `--format` takes. */
export const FORMATS = {
  text: (report: CheckReport) => renderText(report),
  html: renderCheckHtml,
  json: renderJson,
  tap: renderTap,
  junit: renderJunit,
  gradescope: renderGradescope,
} as const;

/** One of {@link FORMATS}. */
export type Format = keyof typeof FORMATS;

/** Changes when a field of the JSON report is renamed, removed or means something else. */
const JSON_VERSION = 1;

function renderJson(report: CheckReport): string {
  const { target, seed, interrupted, elapsedMs, results, leftOut } = report;
  const head = { version: JSON_VERSION, target, seed, interrupted, elapsedMs };
  return `${JSON.stringify({ ...head, ...countResults(report), results, leftOut }, undefined, 2)}\n`;
}
