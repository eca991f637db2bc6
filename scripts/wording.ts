/**
 * Spelling, and the words and phrases that this repository avoids.
 *
 * cspell checks the words (`cspell.config.yaml`). The list below is of phrases, which it can't flag, with what to write
 * instead. Both cover Markdown and sources, so comments, messages and `--help` too. A phrase may continue on the next
 * line.
 *
 * Run: `pnpm spell [FOLDER…]`. It prints one line per finding and exits with 1 if there is any.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/workspace.ts';

/** "who" may follow words for people, and verbs that introduce an indirect question. */
const BEFORE_WHO = [
  ...['people', 'person', 'someone', 'somebody', 'anyone', 'anybody', 'everyone', 'everybody'],
  ...['students', 'teachers', 'engineers', 'authors', 'contributors', 'readers', 'users', 'programmers'],
  ...['says', 'say', 'said', 'tell', 'tells', 'know', 'knows', 'show', 'shows', 'see', 'name', 'names', 'about'],
].join('|');

/** Regular expressions, in which a space matches any white space, and what to write instead. */
const PHRASES: readonly (readonly [pattern: string, instead: string])[] = [
  ['so (long|many|much)', 'name the limit or the number: "longer than this", "this many"'],
  ['(behind|with) it', 'name the thing instead of "it"'],
  ['as it was before', 'say what is compared'],
  ['(by chance|at hand)', '"at random"; "available"'],
  [`(?<!\\b(?:${BEFORE_WHO}),? )who (?!\\b[^.?]{0,80}\\?)[a-z]+`, 'name the subject: "a client that", "callers that"'],
];

/** Finds the phrases in Markdown or TypeScript: their lines, and what to write instead. */
export function findPhrases(text: string): { line: number; text: string; instead: string }[] {
  // The end of a line, with what begins the next one in a comment or a quotation, becomes spaces.
  const flat = text.replaceAll(/\n[ \t]*(?:\*(?!\/)|\/\/|>)?/g, (end) => ' '.repeat(end.length));
  const findings = PHRASES.flatMap(([pattern, instead]) =>
    [...flat.matchAll(new RegExp(`\\b${pattern.replaceAll(' ', '\\s+')}\\b`, 'gi'))].map(({ 0: found, index }) => ({
      line: text.slice(0, index).split('\n').length,
      text: found.replaceAll(/\s+/g, ' '),
      instead,
    })),
  );
  return findings.sort((left, right) => left.line - right.line);
}

if (import.meta.main) {
  const folders = process.argv.slice(2);
  const cspell = ['--quiet', '--no-progress', '--cache', '--cache-location', 'node_modules/.cache/cspell', ...folders];
  const { status } = spawnSync(join(ROOT, 'node_modules/.bin/cspell'), cspell, { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;

  const listed = execFileSync('git', ['ls-files', '--', ...folders], { cwd: ROOT, encoding: 'utf8' }).split('\n');
  for (const path of listed.filter((path) => /\.(md|ts)$/.test(path) && !path.startsWith('scripts/wording'))) {
    for (const { line, text, instead } of findPhrases(readFileSync(join(ROOT, path), 'utf8'))) {
      console.error(`${path}:${line}: "${text}": ${instead}`);
      process.exitCode = 1;
    }
  }
}
