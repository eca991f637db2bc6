/**
 * Does every relative link of the Markdown files lead somewhere?
 *
 * A link is checked as GitHub follows it: the file exists, and the part behind `#` is one of its headings (in a
 * Markdown file) or a line it has (`#L12` or `#L12-L20`, in any other). Links with a scheme are not checked: whether
 * the rest of the world is up is no property of a commit.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findAnchors, findLinks } from './markdown.ts';

/**
 * Finds links of one Markdown file that lead nowhere.
 *
 * @param root - Absolute path of the repository; a target that begins with `/` starts there.
 * @param path - The file, relative to `root`.
 * @returns One line per broken link, `file:line: what is wrong`.
 */
export function findBrokenLinks(root: string, path: string): string[] {
  return findLinks(readFileSync(join(root, path), 'utf8')).flatMap(({ target, line }) => {
    const problem = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target) ? undefined : checkTarget(root, path, target);
    return problem === undefined ? [] : [`${path}:${line}: link ${target}: ${problem}`];
  });
}

function checkTarget(root: string, path: string, target: string): string | undefined {
  const [file = '', anchor] = decodeURI(target).split('#');
  const absolute = file.startsWith('/') ? join(root, file) : join(root, file === '' ? path : join(dirname(path), file));
  if (!existsSync(absolute)) return 'no such file';
  if (anchor === undefined) return undefined;
  if (absolute.endsWith('.md')) {
    return findAnchors(readFileSync(absolute, 'utf8')).has(anchor) ? undefined : 'no such heading';
  }
  const lastLine = /^L\d+(?:-L(\d+))?$/.exec(anchor);
  if (lastLine === null) return 'only Markdown files have headings; #L12 names a line';
  const wanted = Number(lastLine[1] ?? anchor.slice(1));
  return readFileSync(absolute, 'utf8').split('\n').length >= wanted ? undefined : 'no such line';
}
