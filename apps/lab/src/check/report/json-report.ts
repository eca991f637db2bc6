/** The report for programs. The version changes when a field is renamed, removed or means something else. */
import { type CheckReport, countResults } from '../check.ts';

const VERSION = 1;

/**
 * Writes one JSON document.
 *
 * @param report - of the run
 */
export function renderJson(report: CheckReport): string {
  const { target, seed, interrupted, elapsedMs, results, leftOut } = report;
  const document = {
    version: VERSION,
    target,
    seed,
    interrupted,
    elapsedMs,
    ...countResults(report),
    results,
    leftOut,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
