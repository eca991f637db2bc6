import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkImports, FLOORS } from './import-rules.ts';
import { listPackages, SCOPE } from './lib/workspace.ts';

const TABLE = [
  ['packages/low', []],
  ['packages/fixtures', []],
  ['packages/high', ['low']],
  ['packages/server-*', []],
  ['apps/server', []],
  ['apps/lab', ['server/architectures']],
] as const;

/** Dependencies by package; those after `|` are devDependencies. */
const PACKAGES: Readonly<Record<string, string>> = {
  'packages/low': '',
  'packages/fixtures': 'vitest',
  'packages/high': `${SCOPE}low declared | ${SCOPE}fixtures vitest`,
  'packages/server-x': `${SCOPE}high`,
  'packages/server-net': '',
  'packages/unknown': '',
  'apps/server': '',
  'apps/lab': `${SCOPE}server`,
};

const NOT_ALLOWED = {
  high: 'FLOORS does not allow it to packages/high',
  x: 'FLOORS does not allow it to packages/server-x',
};

/** Sources, each with its text and the rules that it breaks. */
const SOURCES: Readonly<Record<string, readonly [text: string, ...broken: string[]]>> = {
  'packages/low/src/index.ts': [`import 'node:fs';`],
  'packages/fixtures/src/index.ts': [`import 'vitest';`],
  'packages/high/src/index.ts': [`import '${SCOPE}low'; import 'declared'; import './testing.ts';`],
  'packages/high/src/testing.ts': [''],
  'packages/high/src/testing/helper.ts': [`import 'vitest';`],
  'packages/high/src/a.test.ts': [
    `import '${SCOPE}fixtures'; import '${SCOPE}high'; import 'vitest'; import './testing/helper.ts';`,
  ],
  'packages/high/src/circle-a.ts': [
    `import type { B } from './circle-b.ts'; export type A = B;`,
    'no circle of imports, type-only ones included',
  ],
  'packages/high/src/circle-b.ts': [`import type { A } from './circle-a.ts'; export type B = A;`],
  'packages/high/src/missing.ts': [`import './nowhere.ts';`, 'the module must exist and be exported'],
  'packages/high/src/deep.ts': [`import '${SCOPE}low/src/index.ts';`, 'the module must exist and be exported'],
  'packages/high/src/leaves.ts': [`import '../../low/src/index.ts';`, 'a relative import stays in its package'],
  'packages/high/src/self.ts': [`import '${SCOPE}high';`, 'a package imports itself by relative paths'],
  'packages/high/src/testing-shipped.ts': [`import './testing/helper.ts';`, 'shipped sources import no test code'],
  'packages/high/src/vitest.ts': [
    `import 'vitest';`,
    'only tests and fixtures import vitest',
    'shipped sources import no devDependencies',
  ],
  'packages/high/src/fixtures.ts': [
    `import '${SCOPE}fixtures';`,
    NOT_ALLOWED.high,
    'dependencies in package.json must declare the package',
  ],
  'packages/high/src/undeclared.ts': [`import 'undeclared';`, 'package.json must declare the package'],
  'packages/server-x/src/net.ts': [
    `import 'node:net';`,
    'only server-net imports node:net; other servers use packages/sockets',
  ],
  'packages/server-x/src/net.test.ts': [`import 'node:net';`],
  'packages/server-x/src/low.test.ts': [
    `import '${SCOPE}low';`,
    'dependencies or devDependencies in package.json must declare the package',
  ],
  'packages/server-x/src/import.ts': [`import { x } from '${SCOPE}high';`, NOT_ALLOWED.x],
  'packages/server-x/src/export.ts': [`export { x } from '${SCOPE}high';`, NOT_ALLOWED.x],
  'packages/server-x/src/type.ts': [`export type X = import('${SCOPE}high').X;`, NOT_ALLOWED.x],
  'packages/server-x/src/dynamic.ts': [`await import('${SCOPE}high');`, NOT_ALLOWED.x],
  'packages/server-x/src/none.ts': ["const text = `import 'a'`; // import 'b'"],
  'packages/server-net/src/net.ts': [`import 'node:net';`],
  'packages/unknown/src/index.ts': [''],
  'apps/server/src/index.ts': [''],
  'apps/lab/src/registry.ts': [`import '${SCOPE}server/architectures';`],
  'apps/lab/src/inside.ts': [`import '${SCOPE}server';`, 'FLOORS does not allow it to apps/lab'],
};

describe('checkImports()', () => {
  let root: string;
  let findings: readonly string[];

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'imports-'));
    for (const name of ['vitest', 'declared', 'undeclared']) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
      write(`node_modules/${name}/index.js`, '');
    }
    mkdirSync(join(root, 'node_modules', SCOPE), { recursive: true });
    for (const [folder, list] of Object.entries(PACKAGES)) {
      const name = `${SCOPE}${folder.slice(folder.indexOf('/') + 1)}`;
      const [dependencies, devDependencies] = list.split('|').map(versions);
      const exports = { '.': './dist/index.js', './architectures': './dist/architectures.js' };
      write(`${folder}/package.json`, JSON.stringify({ name, exports, dependencies, devDependencies }));
      write(`${folder}/dist/index.js`, '');
      write(`${folder}/dist/architectures.js`, '');
      // At the root, where each package can reach it, whether it declares it or not.
      symlinkSync(join(root, folder), join(root, 'node_modules', name));
    }
    for (const [path, [text]] of Object.entries(SOURCES)) write(path, text);
    findings = await checkImports(root, TABLE);
  });

  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  const brokenRules = (path: string): string[] =>
    findings.filter((finding) => finding.startsWith(`${path} -> `)).map((finding) => finding.split(': ')[1]!);

  it.each(Object.entries(SOURCES))('finds in %s what it breaks', (path, [, ...broken]) => {
    expect(brokenRules(path)).toEqual(broken);
  });

  it('finds dependencies that point up, imported or not', () => {
    expect(brokenRules('packages/server-x/package.json')).toEqual([NOT_ALLOWED.x]);
  });

  it('wants a row for each package', () => {
    expect(findings).toContain('packages/unknown: must have a row in FLOORS');
  });

  it('names both ends', () => {
    expect(findings).toContain(`packages/server-x/src/type.ts -> packages/high/dist/index.js: ${NOT_ALLOWED.x}`);
  });
});

function versions(names: string): Record<string, string> {
  return Object.fromEntries([...names.matchAll(/\S+/g)].map(([name]) => [name, '*']));
}

describe('FLOORS', () => {
  it('has a row for each package of the repository', () => {
    const folders = listPackages().map(({ folder }) => folder);
    const missing = folders.filter((folder) => !FLOORS.some(([pattern]) => matchesGlob(folder, pattern)));
    expect(missing).toEqual([]);
  });

  it('names only rows above', () => {
    for (const [index, [folder, names]] of FLOORS.entries()) {
      const above = FLOORS.slice(0, index).map(([pattern]) => pattern);
      for (const name of names) {
        const wanted = name.includes('/') ? `apps/${name.split('/')[0]!}` : `packages/${name}`;
        expect(
          above.some((pattern) => pattern === wanted || matchesGlob(wanted, pattern)),
          `${folder}: ${name}`,
        ).toBe(true);
      }
    }
  });
});
