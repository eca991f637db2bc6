/** JUnit's XML, as build servers read it. https://github.com/testmoapp/junitxml */
import { TOPICS } from '@concurrent-primes/conformance';
import { type CheckReport, type CheckResult, countResults } from '../check.ts';
import { PLAIN, renderFailure } from './text-report.ts';

/** What XML 1.0 has no way to write, not even escaped: most control characters, lone surrogates. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Writes an XML document with a test suite for each group. */
export function renderJunit(report: CheckReport): string {
  const suites = TOPICS.flatMap((group) => {
    const results = report.results.filter((result) => result.group === group);
    if (results.length === 0) return [];
    const attributes = attributesOf({ name: group, ...totals(results) });
    return [`  <testsuite ${attributes}>\n${results.map((result) => caseOf(result)).join('')}  </testsuite>\n`];
  });
  const attributes = attributesOf({ name: `check ${report.target}`, ...totals(report.results) });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${attributes}>\n${suites.join('')}</testsuites>\n`;
}

function caseOf(result: CheckResult): string {
  const attributes = attributesOf({ classname: result.group, name: result.name, time: inSeconds(result.elapsedMs) });
  switch (result.status) {
    case 'passed':
      return `    <testcase ${attributes}/>\n`;
    case 'skipped':
      return `    <testcase ${attributes}>\n      <skipped ${attributesOf({ message: result.reason })}/>\n    </testcase>\n`;
    case 'failed': {
      const { diagnosis, what } = result.failure;
      const text = escape(renderFailure(result.failure, PLAIN));
      const failure = `<failure ${attributesOf({ message: what, type: diagnosis })}>\n${text}</failure>`;
      return `    <testcase ${attributes}>\n      ${failure}\n    </testcase>\n`;
    }
  }
}

function totals(results: readonly CheckResult[]): Record<string, string> {
  const { failed, skipped } = countResults({ results });
  const elapsedMs = results.reduce((sum, result) => sum + result.elapsedMs, 0);
  return {
    tests: String(results.length),
    failures: String(failed),
    skipped: String(skipped),
    time: inSeconds(elapsedMs),
  };
}

function attributesOf(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(' ');
}

function escape(text: string): string {
  return text
    .replaceAll(NOT_XML, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function inSeconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
