/**
 * Code in documents that is copied from the sources, so that it can't go stale.
 *
 * Between a marker and its end stands generated text. A marker names files and what to copy from each, one column for
 * each file:
 *
 *     <!-- code: packages/a/src/loop.ts#turn | packages/b/src/serve.ts#serve -->
 *     <!-- /code -->
 *
 * The name after `#` is a region of the file, between the lines `// #region turn` and `// #endregion`; or else a function,
 * method, class or type.
 */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { COPIED_CODE, findCode } from './examples.ts';

/**
 * Generates the copied code of a document again.
 *
 * @returns the document with current code
 * @throws Error when a marker names a file or code that doesn't exist
 */
export function refreshCode(root: string, path: string): string {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks = findCode(fromMarkdown(text)).map(({ position }) => [position!.start.offset!, position!.end.offset!]);
  return text.replaceAll(COPIED_CODE, (current, sources: string, offset: number) => {
    // A marker inside a code block shows what one looks like.
    if (blocks.some(([start, end]) => start! < offset && offset < end!)) return current;
    const columns = sources.split('|').map((source) => composeColumn(root, path, source.trim()));
    const body = columns.length === 1 ? columns[0]! : composeTable(columns);
    const ignored = `<!-- prettier-ignore-start -->\n\n${body}\n\n<!-- prettier-ignore-end -->`;
    return `<!-- code: ${sources} -->\n\n${ignored}\n\n<!-- /code -->`;
  });
}

function composeColumn(root: string, path: string, source: string): string {
  const [file = '', name = ''] = source.split('#');
  const code = existsSync(join(root, file)) ? extract(readFileSync(join(root, file), 'utf8'), name) : undefined;
  if (code === undefined) throw new Error(`cannot copy code into ${path}: need a region or declaration, got ${source}`);
  return `[${basename(file)}](${posix.relative(dirname(path), file)})\n\n\`\`\`ts\n${code}\n\`\`\``;
}

/** GitHub reads Markdown in a cell when blank lines are around it. */
function composeTable(columns: readonly string[]): string {
  return `<table>\n<tr>\n${columns.map((column) => `<td valign="top">\n\n${column}\n\n</td>`).join('\n')}\n</tr>\n</table>`;
}

function extract(text: string, name: string): string | undefined {
  const region = new RegExp(`^[ \\t]*// #region ${name}\\n([^]*?)\\n[ \\t]*// #endregion`, 'm').exec(text);
  return region === null ? findDeclaration(text, name) : dedent(region[1]!);
}

function findDeclaration(text: string, name: string): string | undefined {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): string | undefined => {
    if (isDeclaration(node) && node.name?.getText(source).replace('#', '') === name) {
      const start = node.getStart(source);
      return dedent(text.slice(text.lastIndexOf('\n', start) + 1, node.end));
    }
    return ts.forEachChild(node, visit);
  };
  return visit(source);
}

function isDeclaration(node: ts.Node): node is ts.NamedDeclaration {
  const kinds = [ts.isFunctionDeclaration, ts.isMethodDeclaration, ts.isClassDeclaration, ts.isInterfaceDeclaration];
  return [...kinds, ts.isTypeAliasDeclaration].some((matches) => matches(node));
}

function dedent(code: string): string {
  const indents = [...code.matchAll(/^( *)\S/gm)].map(([, spaces]) => spaces!.length);
  return code.replaceAll(new RegExp(`^ {${Math.min(...indents)}}`, 'gm'), '').trimEnd();
}
