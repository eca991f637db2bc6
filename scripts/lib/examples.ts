/**
 * The examples of the documentation: `ts` blocks of Markdown files, and those of `@example` in TSDoc comments.
 *
 * Each example is a module of its own: it imports what it uses, and doesn't continue the block before. It is
 * type-checked and run; the info string `ts no-run (reason)` means that it is only type-checked. Code that is copied from
 * the sources (`code-blocks.ts`) is no example.
 *
 * A `console.log(…)` whose line ends with the comment `// prints X` promises that X is a line of the output, in this
 * order. If every `console.log` of a block makes a promise, the output must hold nothing else.
 */
import type { Code, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

/** One example. */
export interface Example {
  /** File, relative to the root. */
  readonly path: string;
  /** First line of the code, from 1. */
  readonly line: number;
  readonly code: string;
  /** Why it is not run; `undefined` if it is; `''` if the author gave no reason. */
  readonly noRun: string | undefined;
}

/** Copied code, from its marker to the end. */
export const COPIED_CODE = /<!-- code: ([^>]+?) -->\n[^]*?<!-- \/code -->/g;

/** Finds the examples of a Markdown text, which stands in the file `path` behind `lineOffset` lines. */
export function findMarkdownExamples(path: string, text: string, lineOffset = 0): Example[] {
  const copied = Array.from(text.matchAll(COPIED_CODE), ({ index, 0: { length } }) => [index, index + length] as const);
  return findCode(fromMarkdown(text)).flatMap(({ lang, meta, value, position }) => {
    if (lang !== 'ts' && lang !== 'typescript') return [];
    if (copied.some(([start, end]) => start < position!.start.offset! && position!.start.offset! < end)) return [];
    const [mark, ...reason] = (meta ?? '').split(/\s+/);
    const noRun = mark === 'no-run' ? reason.join(' ').replaceAll(/^\(|\)$/g, '') : undefined;
    // The code begins on the line after the fence.
    return [{ path, line: position!.start.line + 1 + lineOffset, code: value, noRun }];
  });
}

/** Finds the code blocks of a parsed text. */
export function findCode(node: Nodes): Code[] {
  if (node.type === 'code') return [node];
  return 'children' in node ? node.children.flatMap(findCode) : [];
}

/** Finds the examples in the TSDoc comments of one TypeScript file. */
export function findSourceExamples(path: string, text: string): Example[] {
  return findExampleTags(text).flatMap(({ body, lineOffset }) => findMarkdownExamples(path, body, lineOffset));
}

/** The texts after `@example` up to the next block tag, without the comment's stars. */
function findExampleTags(text: string): { body: string; lineOffset: number }[] {
  const tags: { body: string[]; lineOffset: number }[] = [];
  let inComment = false;
  let inFence = false;
  let inExample = false;
  for (const [index, content] of text.split('\n').entries()) {
    if (!inComment && /^\s*\/\*\*(?!\/)/.test(content)) {
      inComment = true;
      inFence = inExample = false;
    }
    if (!inComment) continue;
    const body = content.replace(/^\s*(?:\/\*\*|\*(?!\/)) ?/, '').replace(/\*\/\s*$/, '');
    if (!inFence && /^@\w/.test(body)) {
      inExample = body.startsWith('@example');
      if (inExample) tags.push({ body: [], lineOffset: index });
    }
    if (inExample) {
      tags.at(-1)!.body.push(body);
      if (body.trimStart().startsWith('```')) inFence = !inFence;
    }
    if (content.includes('*/')) inComment = false;
  }
  return tags.map(({ body, lineOffset }) => ({ body: body.join('\n'), lineOffset }));
}

const PROMISE = /\/\/ prints (.*)$/;

/**
 * Compares the output of an example with its promises.
 *
 * @returns one entry at most: a line of the code, from 0, and what is wrong
 */
export function checkOutput(code: string, stdout: string): { line: number; message: string }[] {
  const promises = code.split('\n').flatMap((content, line) => {
    const text = PROMISE.exec(content)?.[1]?.trimEnd();
    return text === undefined ? [] : [{ line, text }];
  });
  const printed = stdout.replace(/\n$/, '').split('\n');
  const isComplete = promises.length > 0 && promises.length === code.split('console.log(').length - 1;
  let position = 0;
  for (const { line, text } of promises) {
    const found = printed.findIndex((content, index) => index >= position && content.trimEnd() === text);
    if (found < 0 || (isComplete && found !== position)) {
      const actual = printed.slice(position).join('\n');
      return [{ line, message: `must print ${JSON.stringify(text)}, printed ${JSON.stringify(actual)}` }];
    }
    position = found + 1;
  }
  if (!isComplete || position === printed.length) return [];
  const { line } = promises.at(-1)!;
  return [{ line, message: `must print nothing more, printed ${JSON.stringify(printed.slice(position).join('\n'))}` }];
}
