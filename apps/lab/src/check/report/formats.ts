/** All ways to write a report. */
import type { CheckReport } from '../check.ts';
import { renderGradescope } from './gradescope.ts';
import { renderJson } from './json-report.ts';
import { renderJunit } from './junit.ts';
import { renderTap } from './tap.ts';
import { renderText } from './text-report.ts';

/** By the name that `--format` takes. */
export const FORMATS = {
  text: (report: CheckReport) => renderText(report),
  json: renderJson,
  tap: renderTap,
  junit: renderJunit,
  gradescope: renderGradescope,
} as const;

/** One of {@link FORMATS}. */
export type Format = keyof typeof FORMATS;
