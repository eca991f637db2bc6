/**
 * Checks that the documents are true: examples compile, run and print what they say, and what is copied from the sources
 * is current.
 *
 * Examples are the `ts` blocks of all Markdown files and of `@example` in the packages' sources (see
 * `lib/examples.ts`); for copied code see `lib/code-blocks.ts`, for the table of metrics `lib/metric-block.ts`.
 *
 * Run: `pnpm docs-check [--write]`. It prints one line per failure and exits with 1 if there is any. `--write` only copies
 * again.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { checkExamples } from './lib/check-examples.ts';
import { refreshCode } from './lib/code-blocks.ts';
import { findMarkdownExamples, findSourceExamples, type Example } from './lib/examples.ts';
import { hasMetrics, makeMetricTable, refreshMetrics } from './lib/metric-block.ts';
import { ROOT } from './lib/workspace.ts';

/** Checks all documents of a repository, whose packages are built. A failure is `file:line: what is wrong`. */
export async function checkDocs(root: string): Promise<{ examples: number; failures: string[] }> {
  const sources = globSync('{apps,packages}/*/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', '**/testing/**'] });
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const examples: Example[] = [
    ...listDocuments(root).flatMap((path) => findMarkdownExamples(path, read(path))),
    ...sources.flatMap((path) => findSourceExamples(path, read(path))),
  ];
  const refreshed = await refreshDocuments(root);
  const stale = listDocuments(root).filter((path) => refreshed.get(path) !== read(path));
  return {
    examples: examples.length,
    failures: [
      ...stale.map((path) => `${path}: what is copied from the sources is stale; run pnpm docs-check --write`),
      ...(await checkExamples(root, examples)),
    ],
  };
}

/** Copies again; returns each document with its current text. */
async function refreshDocuments(root: string): Promise<Map<string, string>> {
  const documents = new Map(listDocuments(root).map((path) => [path, refreshCode(root, path)]));
  const withMetrics = [...documents].filter(([, text]) => hasMetrics(text));
  if (withMetrics.length > 0) {
    const table = await makeMetricTable();
    for (const [path, text] of withMetrics) documents.set(path, refreshMetrics(text, table));
  }
  return documents;
}

function listDocuments(root: string): string[] {
  return globSync('**/*.md', { cwd: root, exclude: ['**/{node_modules,dist,.docs-examples}/**'] }).sort();
}

if (import.meta.main) {
  if (process.argv.includes('--write')) {
    await build();
    for (const [path, text] of await refreshDocuments(ROOT)) writeFileSync(join(ROOT, path), text);
  } else {
    await build();
    const { examples, failures } = await checkDocs(ROOT);
    for (const failure of failures) console.error(failure);
    console.log(`${examples} examples, ${failures.length} failures`);
    process.exitCode = failures.length === 0 ? 0 : 1;
  }
}
