/**
 * What an autograder of Gradescope leaves in `results/results.json`.
 * https://gradescope-autograders.readthedocs.io/en/latest/specs/
 *
 * Every check is worth one point. A skipped one earns none, because what it rests on has failed; the message says so.
 */
import { type CheckReport, type CheckResult, countResults } from '../check.ts';
import { plural } from '../words.ts';
import { PLAIN, renderFailure } from './text-report.ts';

const POINTS = 1;

export function renderGradescope(report: CheckReport): string {
  const { passed, failed, skipped } = countResults(report);
  const document = {
    output:
      `${plural(report.results.length, 'check')} of ${report.target} (seed ${report.seed}): ` +
      `${passed} passed, ${failed} failed, ${skipped} skipped.${report.interrupted ? ' Interrupted before the end.' : ''}`,
    output_format: 'text',
    test_output_format: 'text',
    execution_time: Number((report.elapsedMs / 1000).toFixed(3)),
    tests: report.results.map((result, index) => ({
      number: String(index + 1),
      name: `${result.name}: ${result.title}`,
      status: result.status === 'passed' ? 'passed' : 'failed',
      score: result.status === 'passed' ? POINTS : 0,
      max_score: POINTS,
      output: outputOf(result),
      tags: [result.group],
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function outputOf(result: CheckResult): string {
  switch (result.status) {
    case 'passed':
      return '';
    case 'skipped':
      return `skipped: ${result.reason}`;
    case 'failed':
      return renderFailure(result.failure, PLAIN).replaceAll(/^ {6}/gm, '');
  }
}
