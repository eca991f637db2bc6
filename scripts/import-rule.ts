/**
 * The import rule of the house: every arrow points down, and a floor knows nothing of the floors above it.
 *
 * - A package's `dependencies` and its shipped sources name only those of our packages that the table allows.
 * - Tests (`*.test.ts`, and their helpers in `src/testing/`) may also use `devDependencies`; `fixtures` is only for them,
 *   and shipped sources import none of them.
 * - A package is used through its `exports`: no relative import leaves a package, none reaches inside another.
 * - What is imported is declared, so that the package works where only its own dependencies are installed.
 * - The servers make their own system calls: `node:net` in them would be a third architecture in disguise.
 *
 * Run: `node scripts/import-rule.ts`. It prints one line per finding and exits with 1 if there is any.
 */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { findImports } from './lib/imports.ts';
import { isTestCode, listFiles, listPackages, ROOT, SCOPE, type Manifest } from './lib/workspace.ts';

/** Which of our packages a package may import, by folder. A package that is not listed here is a finding. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'packages/protocol': [],
  'packages/sieve': [],
  'packages/sockets': [],
  'packages/zoo': ['protocol'],
  'packages/fixtures': ['zoo'],
  'packages/server-core': ['sockets'],
  'packages/server-select': ['server-core', 'sockets'],
  'packages/server-pool': ['server-core', 'sockets'],
  'packages/client': ['protocol', 'sockets', 'zoo'],
  'apps/server': ['protocol', 'sieve', 'server-core', 'server-select', 'server-pool', 'sockets'],
  'apps/multi-client': ['client', 'sieve', 'protocol', 'zoo'],
  'apps/primes': ['sieve'],
  // It starts the servers as programs; its own server, on Node's sockets, gives their answers.
  'apps/lab': ['client', 'protocol', 'server', 'sieve', 'zoo'],
  'apps/bench': [
    ...['protocol', 'sieve', 'sockets', 'fixtures', 'client'],
    ...['server-core', 'server-select', 'server-pool', 'server', 'multi-client'],
  ],
};

/** Builtin modules that shipped sources of a folder may not import. */
const FORBIDDEN_BUILTINS: readonly { readonly folders: RegExp; readonly modules: readonly string[] }[] = [
  { folders: /^packages\/server-/, modules: ['node:net'] },
];

/** A package as the rule sees it: plain data, so that a test can write one down. */
export interface PackageSources {
  /** Folder relative to the root, such as `packages/sieve`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Source texts by path relative to the folder, such as `src/index.ts`. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * Checks packages against the rule.
 *
 * @param packages - All packages of the repository.
 * @param table - Which of our packages each folder may import, by short name.
 * @returns One line per finding, `file:line: what is wrong (what is allowed)`; empty when the rule holds.
 */
export function findViolations(
  packages: readonly PackageSources[],
  table: Readonly<Record<string, readonly string[]>> = MAY_IMPORT,
): string[] {
  const exportsByName = new Map(packages.map(({ manifest }) => [manifest.name, Object.keys(manifest.exports ?? {})]));
  return packages.flatMap((checked) => {
    const allowed = table[checked.folder];
    if (allowed === undefined) return [`${checked.folder}: is not in the import table; add its line to MAY_IMPORT`];
    const rule: Rule = { checked, allowed, exportsByName };
    return [
      ...checkDependencies(rule),
      ...Object.entries(checked.sources).flatMap(([path, text]) =>
        findImports(text).flatMap(({ specifier, line }) => {
          const finding = checkImport(rule, path, specifier);
          return finding === undefined ? [] : [`${checked.folder}/${path}:${line}: ${finding}`];
        }),
      ),
    ];
  });
}

interface Rule {
  readonly checked: PackageSources;
  readonly allowed: readonly string[];
  readonly exportsByName: ReadonlyMap<string, readonly string[]>;
}

function checkDependencies(rule: Rule): string[] {
  return [...shippedDependencies(rule.checked.manifest)]
    .filter((name) => name.startsWith(SCOPE) && !isAllowed(rule, name))
    .map((name) => `${rule.checked.folder}/package.json: ${refusal(rule, name)}`);
}

/** What is wrong with one import, or `undefined` when nothing is. */
function checkImport(rule: Rule, path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return checkRelative(path, specifier);
  if (isBuiltin(specifier)) return checkBuiltin(rule, path, specifier);
  const isTest = isTestCode(path);
  const name = packageName(specifier);
  const { manifest } = rule.checked;
  if (name === manifest.name) {
    return isTest ? checkSubpath(rule, specifier) : `imports itself by name (${specifier}); use a relative path`;
  }
  if (!isTest && name.startsWith(SCOPE) && !isAllowed(rule, name)) return refusal(rule, name);
  const declared = shippedDependencies(manifest);
  if (isTest) for (const key of Object.keys(manifest.devDependencies ?? {})) declared.add(key);
  if (!declared.has(name)) {
    return `imports ${name}, which is not in its dependencies${isTest ? ' or devDependencies' : ''}`;
  }
  return checkSubpath(rule, specifier);
}

function checkRelative(path: string, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(path), specifier);
  if (target.startsWith('../')) return `${specifier} leaves the package; import the other package by name`;
  return isTestCode(target) && !isTestCode(path)
    ? `imports ${specifier}, which is test code and not shipped`
    : undefined;
}

function checkBuiltin(rule: Rule, path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('node:')) return `imports ${specifier}; builtin modules are written node:${specifier}`;
  const forbidden = FORBIDDEN_BUILTINS.some(
    ({ folders, modules }) => folders.test(rule.checked.folder) && modules.includes(specifier),
  );
  if (!forbidden || isTestCode(path)) return undefined;
  return `${shortName(rule.checked)} may not import ${specifier} (its sockets are those of ${SCOPE}sockets)`;
}

/** Our packages are entered only through what they export; for others Node itself refuses. */
function checkSubpath(rule: Rule, specifier: string): string | undefined {
  const name = packageName(specifier);
  const exported = rule.exportsByName.get(name);
  const subpath = `.${specifier.slice(name.length)}`;
  if (exported === undefined || exported.includes(subpath)) return undefined;
  return `${specifier} reaches inside ${name} (exported: ${exported.join(', ') || 'nothing'})`;
}

function isAllowed(rule: Rule, name: string): boolean {
  return rule.allowed.includes(name.slice(SCOPE.length));
}

function refusal(rule: Rule, name: string): string {
  const allowed = rule.allowed.join(', ') || 'nothing of ours';
  return `${shortName(rule.checked)} may not import ${name.slice(SCOPE.length)} (allowed: ${allowed})`;
}

function shortName({ folder, manifest }: PackageSources): string {
  // The app "server" would read as one of the packages server-*.
  return folder.startsWith('apps/') ? folder : manifest.name.slice(SCOPE.length);
}

function packageName(specifier: string): string {
  const segments = specifier.split('/');
  return segments.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function shippedDependencies(manifest: Manifest): Set<string> {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return new Set(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
}

function readPackages(): PackageSources[] {
  return listPackages(ROOT).map(({ folder, path, manifest }) => {
    const files = listFiles(path, 'src', (file) => file.endsWith('.ts'));
    return {
      folder,
      manifest,
      sources: Object.fromEntries(files.map((file) => [file, readFileSync(join(path, file), 'utf8')])),
    };
  });
}

if (import.meta.main) {
  const violations = findViolations(readPackages());
  for (const violation of violations) console.error(violation);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
