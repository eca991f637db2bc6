/** The Test Anything Protocol, version 14. https://testanything.org/tap-version-14-specification.html */
import type { CheckReport, CheckResult } from '../check.ts';
import { PLAIN, renderFailure } from './text-report.ts';

export function renderTap({ target, seed, results, interrupted }: CheckReport): string {
  const lines = ['TAP version 14', `# checking ${oneLine(target)} (seed ${seed})`];
  results.forEach((result, index) => lines.push(...linesOf(result, index + 1)));
  lines.push(interrupted ? 'Bail out! interrupted' : `1..${results.length}`);
  return `${lines.join('\n')}\n`;
}

function linesOf(result: CheckResult, number: number): string[] {
  const point = `${number} - ${escape(`${result.name}: ${result.title}`)}`;
  switch (result.status) {
    case 'passed':
      return [`ok ${point}`];
    case 'skipped':
      return [`ok ${point} # SKIP ${escape(result.reason)}`];
    case 'failed': {
      const { diagnosis, what, hint } = result.failure;
      // A JSON string is a YAML string.
      const yaml = { diagnosis, message: what, hint };
      return [
        `not ok ${point}`,
        '  ---',
        ...Object.entries(yaml).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
        '  evidence: |',
        ...renderFailure(result.failure, PLAIN)
          .split('\n')
          .map((line) => `    ${line}`.trimEnd()),
        '  ...',
      ];
    }
  }
}

/** A number sign would begin a directive. */
function escape(text: string): string {
  return oneLine(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
