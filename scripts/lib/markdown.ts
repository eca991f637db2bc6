/**
 * The little of Markdown that the checks need: fenced code, links, and the anchors that GitHub gives to headings.
 *
 * Not a Markdown parser. It reads the dialect that this repository writes: fences of backticks, `#` headings, inline
 * links, images and reference definitions, each on one line. Lines count from 1.
 */

/** One fenced code block. */
export interface Fence {
  /** What stands behind the opening backticks, such as `ts no-run (needs a server)`. */
  readonly info: string;
  /** The code, without the fence and its indentation. */
  readonly code: string;
  /** Line of the first line of code. */
  readonly line: number;
}

/** One link target. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

const FENCE = /^(\s*)(`{3,})([^`]*)$/;

/** Finds the fenced code blocks of a text; a fence that is never closed reaches to the end. */
export function findFences(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { info: string; ticks: string; indent: number; code: string[]; line: number } | undefined;
  for (const [index, content] of text.split('\n').entries()) {
    const [, indent, ticks, info] = FENCE.exec(content) ?? [];
    if (open === undefined) {
      if (ticks !== undefined) {
        open = { info: info!.trim(), ticks, indent: indent!.length, code: [], line: index + 2 };
      }
    } else if (ticks?.startsWith(open.ticks) === true && info!.trim() === '') {
      fences.push({ info: open.info, code: open.code.join('\n'), line: open.line });
      open = undefined;
    } else {
      open.code.push(content.slice(Math.min(open.indent, content.length - content.trimStart().length)));
    }
  }
  if (open !== undefined) fences.push({ info: open.info, code: open.code.join('\n'), line: open.line });
  return fences;
}

/** Finds the targets of links, images, reference definitions and HTML `href`/`src`, outside of code. */
export function findLinks(text: string): Link[] {
  const patterns = [
    // The target may hold one level of parentheses; a quoted title may follow.
    /\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+"[^"]*")?\s*\)/g,
    /^\s*\[[^\]]+\]:\s+<?([^\s>]+)/g,
    /\b(?:href|src)="([^"]+)"/g,
  ];
  return proseLines(text).flatMap(({ content, line }) =>
    patterns.flatMap((pattern) => [...content.matchAll(pattern)].map((match) => ({ target: match[1]!, line }))),
  );
}

/**
 * Lists the anchors of a Markdown text: GitHub's slugs of its headings, and explicit `id="…"`.
 *
 * A slug is the heading in lower case, without punctuation, with `-` for each space; a repeated one gets `-1`, `-2`.
 */
export function findAnchors(text: string): Set<string> {
  const anchors = new Set<string>();
  const uses = new Map<string, number>();
  for (const { content } of proseLines(text, (code) => code)) {
    for (const match of content.matchAll(/<[^>]*\b(?:id|name)="([^"]+)"/g)) anchors.add(match[1]!);
    const heading = /^#{1,6}\s+(.*?)(?:\s+#+)?\s*$/.exec(content)?.[1];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    const used = uses.get(slug) ?? 0;
    uses.set(slug, used + 1);
    anchors.add(used === 0 ? slug : `${slug}-${used}`);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<[^>]+>/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** The lines outside of fences, with inline code passed through `mapCode` (blanked by default). */
function proseLines(
  text: string,
  mapCode: (code: string) => string = (code) => ' '.repeat(code.length),
): { content: string; line: number }[] {
  const inFence = new Set<number>();
  for (const { code, line } of findFences(text)) {
    const codeLines = code.split('\n').length;
    for (let offset = -1; offset <= codeLines; offset++) inFence.add(line + offset);
  }
  return text
    .split('\n')
    .map((content, index) => ({ content: content.replaceAll(/(`+)[^`]+\1/g, mapCode), line: index + 1 }))
    .filter(({ line }) => !inFence.has(line));
}
