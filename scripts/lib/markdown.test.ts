import { describe, expect, it } from 'vitest';
import { findAnchors, findFences, findLinks } from './markdown.ts';

describe('findFences()', () => {
  it('returns info, code and line of each block', () => {
    const text = '# A\n```ts\nlet a;\n\nlet b;\n```\ntext\n```sh\nls\n```\n';
    expect(findFences(text)).toEqual([
      { info: 'ts', code: 'let a;\n\nlet b;', line: 3 },
      { info: 'sh', code: 'ls', line: 9 },
    ]);
  });

  it('keeps a shorter fence inside a longer one as code', () => {
    expect(findFences('````md\n```ts\nx\n```\n````')).toEqual([{ info: 'md', code: '```ts\nx\n```', line: 2 }]);
  });

  it('takes the indentation of the fence off the code', () => {
    expect(findFences('1. a\n   ```ts\n   if (a) {\n     b();\n\n   }\n   ```')).toEqual([
      { info: 'ts', code: 'if (a) {\n  b();\n\n}', line: 3 },
    ]);
  });

  it('reaches to the end when a fence is not closed', () => {
    expect(findFences('```ts\na')).toEqual([{ info: 'ts', code: 'a', line: 2 }]);
  });
});

describe('findLinks()', () => {
  it.each([
    ['an inline link', 'see [a](b.md#c) and [d](e)', ['b.md#c', 'e']],
    ['a title', '[a](b.md "the title")', ['b.md']],
    ['parentheses', '[a](select_(Unix).md)', ['select_(Unix).md']],
    ['an image in a link', '[![i](i.svg)](b.md)', ['i.svg', 'b.md']],
    ['a reference definition', '[a]: ../b.md', ['../b.md']],
    ['HTML', '<a href="a.md"><img src="b.png"></a>', ['a.md', 'b.png']],
    ['no code span', '`[a](b.md)`', []],
    ['no fence', '```md\n[a](b.md)\n```', []],
    ['no interval', 'primes in [a, b] (closed)', []],
  ])('finds %s', (_, text, targets) => {
    expect(findLinks(text).map(({ target }) => target)).toEqual(targets);
  });

  it('tells the line', () => {
    expect(findLinks('\n```\n[x](x)\n```\n[a](b)')).toEqual([{ target: 'b', line: 5 }]);
  });
});

describe('findAnchors()', () => {
  it.each([
    ['The run', 'the-run'],
    ['`select(2)`, or poll?', 'select2-or-poll'],
    ['1. One thread — many clients', '1-one-thread--many-clients'],
    ['The [wire](SPEC.md) format_v1', 'the-wire-format_v1'],
    ['Closed ##', 'closed'],
  ])('slugs %j as GitHub does', (heading, slug) => {
    expect([...findAnchors(`## ${heading}`)]).toEqual([slug]);
  });

  it('numbers repeated headings, keeps explicit ids, and ignores comments in code', () => {
    const text = '# A\n## A\n<a id="here"></a>\n```sh\n# not a heading\n```';
    expect([...findAnchors(text)]).toEqual(['a', 'a-1', 'here']);
  });
});
