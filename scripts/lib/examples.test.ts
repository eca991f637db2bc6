import { describe, expect, it } from 'vitest';
import { checkOutput, findMarkdownExamples, findSourceExamples } from './examples.ts';

describe('findMarkdownExamples()', () => {
  it('takes ts blocks only, with the line of their code', () => {
    expect(findMarkdownExamples('a.md', '```sh\nls\n```\n```ts\nlet a;\n```')).toEqual([
      { path: 'a.md', line: 5, code: 'let a;', noRun: undefined },
    ]);
  });

  it('skips code that is copied from the sources', () => {
    const copied = '<!-- code: src/a.ts#turn -->\n\n```ts\nturn() {}\n```\n\n<!-- /code -->\n';
    expect(findMarkdownExamples('a.md', `${copied}\n\`\`\`ts\nlet a;\n\`\`\``).map(({ code }) => code)).toEqual([
      'let a;',
    ]);
  });

  it.each([
    ['ts no-run (needs a server)', 'needs a server'],
    ['ts no-run', ''],
    ['ts', undefined],
  ])('reads the info string %j', (info, noRun) => {
    expect(findMarkdownExamples('a.md', `\`\`\`${info}\nlet a;\n\`\`\``)[0]?.noRun).toBe(noRun);
  });
});

describe('findSourceExamples()', () => {
  it('takes the blocks of @example, without stars and with their line', () => {
    const text = [
      "const glob = 'src/**/*.ts';",
      '/**',
      ' * Does a thing.',
      ' *',
      ' * ```ts',
      ' * notAnExample();',
      ' * ```',
      ' * @example',
      ' * ```ts',
      ' * if (a) {',
      ' *   b();',
      ' * }',
      ' * @decorated',
      ' * ```',
      ' * @returns',
      ' * ```ts',
      ' * norThis();',
      ' * ```',
      ' */',
      'export {};',
      '/** @example none */',
    ].join('\n');
    expect(findSourceExamples('a.ts', text)).toEqual([
      { path: 'a.ts', line: 10, code: 'if (a) {\n  b();\n}\n@decorated', noRun: undefined },
    ]);
  });
});

describe('checkOutput()', () => {
  it('accepts promises kept in order', () => {
    expect(checkOutput('console.log(1); // prints 1\nconsole.log(2); // prints 2', '1\n2\n')).toEqual([]);
  });

  it('accepts a promise at the end of a call of many lines', () => {
    expect(checkOutput('console.log(\n  1,\n); // prints 1', '1\n')).toEqual([]);
  });

  it('tells promise, line and output when the output differs', () => {
    expect(checkOutput('\nconsole.log(1); // prints 2', '1\n')).toEqual([
      { line: 1, message: 'must print "2", printed "1"' },
    ]);
  });

  it('refuses a wrong order', () => {
    expect(checkOutput('console.log(1); // prints 1\nconsole.log(2); // prints 2', '2\n1\n')).toHaveLength(1);
  });

  it('refuses lines nobody promised when every console.log promises', () => {
    expect(checkOutput('console.log(1); // prints 1', '1\n9\n')).toEqual([
      { line: 0, message: 'must print nothing more, printed "9"' },
    ]);
  });

  it('skips lines of a console.log without a promise', () => {
    const code = 'console.log(port);\nconsole.log(1); // prints 1';
    expect(checkOutput(code, '40123\n1\n')).toEqual([]);
    expect(checkOutput(code, '40123\n2\n')).toHaveLength(1);
  });

  it('asks nothing of an example without promises', () => {
    expect(checkOutput('console.log(1);', 'anything\n')).toEqual([]);
  });
});
