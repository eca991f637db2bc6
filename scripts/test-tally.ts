/**
 * Adds up the test results in a log of `pnpm test`.
 *
 * Each package's vitest ends with a line such as `Tests  2 failed | 12 passed | 1 skipped (15)`, after turbo's prefix.
 * turbo replays it when the result comes from its cache, so the sum is the same for a fresh run and for a cached one.
 *
 * Run: `node scripts/test-tally.ts LOG`. It prints `N passed, N failed, N skipped`.
 */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

export interface Tally {
  passed: number;
  failed: number;
  /** Skipped, or planned (`todo`). */
  skipped: number;
}

const SUMMARY = /(?:^|\s)Tests {2}(.+?) \((\d+)\)\s*$/gm;
const COLUMN_OF: Readonly<Record<string, keyof Tally>> = {
  passed: 'passed',
  // A test marked `fails` that did fail.
  'expected fail': 'passed',
  failed: 'failed',
  skipped: 'skipped',
  todo: 'skipped',
};

/**
 * Adds up all of vitest's summary lines, which may have colours and prefixes.
 *
 * @throws Error when no summary line is found, or one can't be read or doesn't add up
 */
export function tallyTests(log: string): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const summaries = [...stripVTControlCharacters(log).replaceAll('\r', '').matchAll(SUMMARY)];
  if (summaries.length === 0) throw new Error('cannot tally tests: the log must have a line "Tests  N passed (N)"');
  for (const [line, parts, total] of summaries) {
    let sum = 0;
    for (const part of parts!.split(' | ')) {
      const [, count, outcome] = /^(\d+) (.+)$/.exec(part.trim()) ?? [];
      const column = COLUMN_OF[outcome ?? ''];
      if (column === undefined) throw new Error(`cannot tally tests: outcomes must be known, got "${line.trim()}"`);
      tally[column] += Number(count);
      sum += Number(count);
    }
    if (sum !== Number(total))
      throw new Error(`cannot tally tests: parts must add up to the total, got "${line.trim()}"`);
  }
  return tally;
}

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error('cannot tally tests: LOG must be a file, got nothing');
  const { passed, failed, skipped } = tallyTests(readFileSync(path, 'utf8'));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}
