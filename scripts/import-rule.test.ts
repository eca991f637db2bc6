import { describe, expect, it } from 'vitest';
import { findViolations, MAY_IMPORT, type PackageSources } from './import-rule.ts';
import { findImports } from './lib/imports.ts';
import { listPackages, SCOPE, type Manifest } from './lib/workspace.ts';

const TABLE = { 'packages/low': [], 'packages/high': ['low'], 'packages/server-x': [], 'packages/fixtures': [] };

function pack(name: string, sources: Record<string, string>, manifest: Partial<Manifest> = {}): PackageSources {
  return {
    folder: `packages/${name}`,
    manifest: { name: `${SCOPE}${name}`, exports: { '.': './dist/index.js' }, ...manifest },
    sources,
  };
}

const low = pack('low', { 'src/index.ts': 'export const low = 1;' });
const onLow = { dependencies: { [`${SCOPE}low`]: 'workspace:*' } };

function check(...packages: PackageSources[]): string[] {
  return findViolations([low, ...packages], TABLE);
}

describe('findViolations()', () => {
  it('finds nothing when imports point down and are declared', () => {
    const sources = {
      'src/index.ts': `export * from './deep/thing.ts';`,
      'src/deep/thing.ts': `import { low } from '@concurrent-primes/low';\nimport { x } from '../index.ts';\nimport 'node:fs';`,
    };
    expect(check(pack('high', sources, onLow))).toEqual([]);
  });

  it('names file, line and allowed packages when an import points up', () => {
    const high = pack('high', {});
    const bad = pack('low', { 'src/a.ts': `\nimport { high } from '@concurrent-primes/high';` });
    expect(findViolations([bad, high], TABLE)).toEqual([
      'packages/low/src/a.ts:2: low may not import high (allowed: nothing of ours)',
    ]);
  });

  it('checks dependencies of package.json, not only sources', () => {
    const dependencies = { '@concurrent-primes/high': 'workspace:*', commander: '15' };
    expect(check(pack('high', {}), pack('server-x', {}, { dependencies }))).toEqual([
      'packages/server-x/package.json: server-x may not import high (allowed: nothing of ours)',
    ]);
  });

  it.each([
    ['a re-export', `export { low } from '@concurrent-primes/low';`],
    ['a type import', `import type { Low } from '@concurrent-primes/low';`],
    ['a dynamic import', `const { low } = await import('@concurrent-primes/low');`],
    ['an import type', `export type Low = import('@concurrent-primes/low').Low;`],
    ['require', `const low = createRequire(import.meta.url)('@concurrent-primes/low');`],
    ['import.meta.resolve', `const url = import.meta.resolve('@concurrent-primes/low');`],
  ])('sees %s', (_, text) => {
    expect(check(pack('server-x', { 'src/a.ts': text }))).toEqual([
      'packages/server-x/src/a.ts:1: server-x may not import low (allowed: nothing of ours)',
    ]);
  });

  it('lets tests use devDependencies and shipped sources not', () => {
    const text = `import { zoo } from '@concurrent-primes/fixtures';\nimport { it } from 'vitest';`;
    const devDependencies = { '@concurrent-primes/fixtures': 'workspace:*', vitest: '5' };
    const sources = { 'src/a.test.ts': text, 'src/testing/helper.ts': text, 'src/a.ts': text };
    expect(check(pack('fixtures', {}), pack('high', sources, { devDependencies }))).toEqual([
      'packages/high/src/a.ts:1: high may not import fixtures (allowed: low)',
      'packages/high/src/a.ts:2: imports vitest, which is not in its dependencies',
    ]);
  });

  it('refuses test code in a shipped source', () => {
    const text = `import './testing/helper.ts';`;
    expect(check(pack('high', { 'src/a.ts': text, 'src/a.test.ts': text }))).toEqual([
      'packages/high/src/a.ts:1: imports ./testing/helper.ts, which is test code and not shipped',
    ]);
  });

  it('wants every package declared, also in tests', () => {
    const sources = { 'src/a.ts': `import '@concurrent-primes/low';`, 'src/a.test.ts': `import '@scope/tool/part';` };
    expect(check(pack('high', sources))).toEqual([
      'packages/high/src/a.ts:1: imports @concurrent-primes/low, which is not in its dependencies',
      'packages/high/src/a.test.ts:1: imports @scope/tool, which is not in its dependencies or devDependencies',
    ]);
  });

  it('refuses a relative import that leaves the package', () => {
    const sources = { 'src/a.test.ts': `import '../../low/src/index.ts';`, 'src/b.ts': `import '../package.json';` };
    expect(check(pack('high', sources))).toEqual([
      'packages/high/src/a.test.ts:1: ../../low/src/index.ts leaves the package; import the other package by name',
    ]);
  });

  it('refuses to reach inside another package', () => {
    const sources = { 'src/a.ts': `import '@concurrent-primes/low/src/index.ts';` };
    expect(check(pack('high', sources, onLow))).toEqual([
      'packages/high/src/a.ts:1: @concurrent-primes/low/src/index.ts reaches inside @concurrent-primes/low (exported: .)',
    ]);
  });

  it('refuses a package that imports itself by name, except in tests', () => {
    const text = `import '@concurrent-primes/high';`;
    expect(check(pack('high', { 'src/a.ts': text, 'src/a.test.ts': text }))).toEqual([
      'packages/high/src/a.ts:1: imports itself by name (@concurrent-primes/high); use a relative path',
    ]);
  });

  it('refuses node:net in a server package, except in tests', () => {
    const text = `import { connect } from 'node:net';`;
    expect(check(pack('server-x', { 'src/a.ts': text, 'src/a.test.ts': text }))).toEqual([
      'packages/server-x/src/a.ts:1: server-x may not import node:net (its sockets are those of @concurrent-primes/sockets)',
    ]);
  });

  it('wants the node: prefix', () => {
    expect(check(pack('high', { 'src/a.ts': `import 'fs/promises';` }))).toEqual([
      'packages/high/src/a.ts:1: imports fs/promises; builtin modules are written node:fs/promises',
    ]);
  });

  it('refuses a package that the table does not know', () => {
    expect(check(pack('new', {}))).toEqual(['packages/new: is not in the import table; add its line to MAY_IMPORT']);
  });
});

describe('MAY_IMPORT', () => {
  it('has one line for every package of the repository', () => {
    const folders = listPackages().map(({ folder }) => folder);
    expect(Object.keys(MAY_IMPORT).sort()).toEqual(folders.sort());
  });

  it('has no cycle', () => {
    const folderOf = new Map(listPackages().map(({ folder, manifest }) => [manifest.name.slice(SCOPE.length), folder]));
    const visit = (folder: string, path: readonly string[]): void => {
      expect(path).not.toContain(folder);
      for (const name of MAY_IMPORT[folder] ?? []) visit(folderOf.get(name) ?? name, [...path, folder]);
    };
    for (const folder of Object.keys(MAY_IMPORT)) visit(folder, []);
  });
});

describe('findImports()', () => {
  it('ignores what only looks like an import', () => {
    const text = [
      'const backtick = /`/;',
      "const text = `import 'template'`;",
      "// import 'comment'",
      "import 'real';",
      'await import(computed);',
    ].join('\n');
    expect(findImports(text)).toEqual([{ specifier: 'real', line: 4 }]);
  });
});
