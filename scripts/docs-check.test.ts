import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDocs } from './docs-check.ts';
import { ROOT } from './lib/workspace.ts';

const TICKS = '```';

describe('checkDocs()', () => {
  let root: string;

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'docs-'));
    cpSync(join(ROOT, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'));
    // For the types of Node.
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    const manifest = { name: '@concurrent-primes/low', type: 'module', exports: { '.': './dist/index.js' } };
    write('packages/low/package.json', JSON.stringify(manifest));
    write('packages/low/dist/index.js', 'export const low = 7;');
    write('packages/low/dist/index.d.ts', 'export declare const low: number;');
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('accepts examples that resolve, check, run and print what they say', async () => {
    const code = `import { low } from '@concurrent-primes/low';\nconsole.log(low); // prints 7`;
    write('README.md', `# A\n${TICKS}ts\n${code}\n${TICKS}\n`);
    write('packages/low/README.md', `${TICKS}ts\n${code}\n${TICKS}\n`);
    const tsdoc = [
      '/**',
      ` * @example`,
      ` * ${TICKS}ts`,
      ...code.split('\n').map((line) => ` * ${line}`),
      ` * ${TICKS}`,
    ];
    write('packages/low/src/a.ts', `${tsdoc.join('\n')}\n */\nexport {};`);
    expect(await checkDocs(root)).toEqual({ examples: 3, failures: [] });
    expect(existsSync(join(root, '.docs-examples'))).toBe(false);
    expect(existsSync(join(root, 'packages/low/.docs-examples'))).toBe(false);
  });

  it('names file and line of each kind of failure', async () => {
    const block = (info: string, code: string): string => `${TICKS}${info}\n${code}\n${TICKS}\n`;
    write(
      'wrong-print.md',
      block('ts', `import { low } from '@concurrent-primes/low';\nconsole.log(low); // prints 8`),
    );
    write('wrong-type.md', block('ts no-run (shows a type)', `export const text: string = 1;`));
    write('throws.md', `\n${block('ts', `console.log('before');\nthrow new Error('thrown');`)}`);
    write('no-reason.md', block('ts no-run', 'export {};'));
    write('packages/low/src/a.ts', 'export function a() {}');
    write('copied.md', '<!-- code: packages/low/src/a.ts#a -->\n<!-- /code -->\n');
    const { examples, failures } = await checkDocs(root);
    expect(examples).toBe(4);
    expect(failures).toEqual([
      'copied.md: what is copied from the sources is stale; run pnpm docs-check --write',
      'no-reason.md:1: no-run must be followed by a reason: ts no-run (reason)',
      "wrong-type.md:2: Type 'number' is not assignable to type 'string'.",
      expect.stringMatching(
        /^throws\.md:3: the example must exit with 0, it ended with exit code 1\nbefore\n[^]*Error: thrown/,
      ),
      'wrong-print.md:3: must print "8", printed "7"',
    ]);
  });
});
