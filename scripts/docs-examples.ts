/**
 * Do the documents tell the truth? Every example is type-checked and run, what it prints is compared with what it
 * says, and every relative link leads somewhere.
 *
 * Examples are the `ts` blocks of all Markdown files and of `@example` in the packages' sources (see
 * `lib/examples.ts`).
 *
 * Run: `node scripts/docs-examples.ts`. It prints one line per failure and exits with 1 if there is any.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { checkExamples } from './lib/check-examples.ts';
import { findMarkdownExamples, findSourceExamples, type Example } from './lib/examples.ts';
import { findBrokenLinks } from './lib/links.ts';
import { isTestCode, listFiles, listPackages, ROOT } from './lib/workspace.ts';

/**
 * Checks all documents of a repository.
 *
 * @param root - Absolute path of the repository, whose packages are built.
 * @returns How many examples there are, and one line per failure, `file:line: what is wrong`.
 */
export async function checkDocs(root: string): Promise<{ examples: number; failures: string[] }> {
  const markdown = listFiles(root, '', (path) => path.endsWith('.md'));
  const sources = listPackages(root).flatMap(({ folder, path }) =>
    listFiles(path, 'src', (file) => file.endsWith('.ts') && !isTestCode(file)).map((file) => `${folder}/${file}`),
  );
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const examples: Example[] = [
    ...markdown.flatMap((path) => findMarkdownExamples(path, read(path))),
    ...sources.flatMap((path) => findSourceExamples(path, read(path))),
  ];
  const brokenLinks = markdown.flatMap((path) => findBrokenLinks(root, path));
  return { examples: examples.length, failures: [...brokenLinks, ...(await checkExamples(root, examples))] };
}

if (import.meta.main) {
  await build();
  const { examples, failures } = await checkDocs(ROOT);
  for (const failure of failures) console.error(failure);
  console.log(`${examples} examples, ${failures.length} failures`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
