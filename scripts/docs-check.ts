/**
 * Checks that the documents are true: examples compile, run and print what they say, and code copied from the sources
 * is current.
 *
 * Examples are the `ts` blocks of all Markdown files and of `@example` in the packages' sources (see
 * `lib/examples.ts`); for copied code see `lib/code-blocks.ts`.
 *
 * Run: `pnpm docs-check [--write]`. It prints one line per failure and exits with 1 if there is any. `--write` only copies the
 * code again.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { checkExamples } from './lib/check-examples.ts';
import { refreshCode } from './lib/code-blocks.ts';
import { findMarkdownExamples, findSourceExamples, type Example } from './lib/examples.ts';
import { ROOT } from './lib/workspace.ts';

/** Checks all documents of a repository, whose packages are built. A failure is `file:line: what is wrong`. */
export async function checkDocs(root: string): Promise<{ examples: number; failures: string[] }> {
  const sources = globSync('{apps,packages}/*/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', '**/testing/**'] });
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const examples: Example[] = [
    ...listDocuments(root).flatMap((path) => findMarkdownExamples(path, read(path))),
    ...sources.flatMap((path) => findSourceExamples(path, read(path))),
  ];
  const stale = listDocuments(root).filter((path) => refreshCode(root, path) !== read(path));
  return {
    examples: examples.length,
    failures: [
      ...stale.map((path) => `${path}: code copied from the sources is stale; run pnpm docs-check --write`),
      ...(await checkExamples(root, examples)),
    ],
  };
}

function listDocuments(root: string): string[] {
  return globSync('**/*.md', { cwd: root, exclude: ['**/{node_modules,dist,.docs-examples}/**'] }).sort();
}

if (import.meta.main) {
  if (process.argv.includes('--write')) {
    for (const path of listDocuments(ROOT)) writeFileSync(join(ROOT, path), refreshCode(ROOT, path));
  } else {
    await build();
    const { examples, failures } = await checkDocs(ROOT);
    for (const failure of failures) console.error(failure);
    console.log(`${examples} examples, ${failures.length} failures`);
    process.exitCode = failures.length === 0 ? 0 : 1;
  }
}
