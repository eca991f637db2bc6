/**
 * Adds up the results of a test run, from its log.
 *
 * The log is that of `pnpm test`: each package's vitest ends with a line such as `Tests  2 failed | 12 passed | 1
 * skipped (15)`, behind turbo's prefix, and turbo replays it when the result comes from its cache. So the sum is the
 * same for a fresh run and for a cached one.
 *
 * Run: `node scripts/test-tally.ts LOG`. It prints `N passed, N failed, N skipped`.
 */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** How many tests ended how. */
export interface Tally {
  passed: number;
  failed: number;
  /** Skipped on purpose, or only planned (`todo`). */
  skipped: number;
}

const SUMMARY = /(?:^|\s)Tests {2}(.+?) \((\d+)\)\s*$/gm;
const COLUMN_OF: Readonly<Record<string, keyof Tally>> = {
  passed: 'passed',
  // vitest counts a test marked `fails` that did fail apart; it went as it should.
  'expected fail': 'passed',
  failed: 'failed',
  skipped: 'skipped',
  todo: 'skipped',
};

/**
 * Adds up all of vitest's summary lines.
 *
 * @param log - Output of one or many vitest runs, colours and prefixes included.
 * @throws Error when there is no summary line, when one can't be read, or when its parts don't make its total.
 */
export function tallyTests(log: string): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const summaries = [...stripVTControlCharacters(log).replaceAll('\r', '').matchAll(SUMMARY)];
  if (summaries.length === 0) throw new Error('tally tests: the log must have a line "Tests  N passed (N)", has none');
  for (const [line, parts, total] of summaries) {
    let sum = 0;
    for (const part of parts!.split(' | ')) {
      const [, count, outcome] = /^(\d+) (.+)$/.exec(part.trim()) ?? [];
      const column = COLUMN_OF[outcome ?? ''];
      if (column === undefined) throw new Error(`tally tests: must know each outcome, received "${line.trim()}"`);
      tally[column] += Number(count);
      sum += Number(count);
    }
    if (sum !== Number(total))
      throw new Error(`tally tests: the parts must add up to the total, received "${line.trim()}"`);
  }
  return tally;
}

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error('tally tests: LOG must be a file, received nothing');
  const { passed, failed, skipped } = tallyTests(readFileSync(path, 'utf8'));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}
