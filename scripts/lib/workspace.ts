/**
 * Where the repository is, and which packages it has.
 *
 * A package is a folder of `packages/` or `apps/` with a `package.json`: the same folders that `pnpm-workspace.yaml`
 * names. Folders are written relative to the root with `/`, as messages show them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The fields of a `package.json` that the scripts read. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One package of the repository. */
export interface Package {
  /** Relative to the root, such as `packages/sieve`. */
  readonly folder: string;
  /** Absolute. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** The scope of our packages' names. */
export const SCOPE = '@concurrent-primes/';

/** Absolute path of the repository's root. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** Absolute path of the folder of the repository's tools. */
export const BIN = join(ROOT, 'node_modules/.bin');

/** Packages that are published: those that aren't private. */
export function listPublicPackages(): Package[] {
  return listPackages().filter(({ manifest }) => manifest.private !== true);
}

/**
 * Lists the packages of a repository, sorted by folder.
 *
 * @param root - absolute path of the repository
 * @throws SyntaxError when a `package.json` is not JSON
 */
export function listPackages(root: string = ROOT): Package[] {
  return ['apps', 'packages'].flatMap((group) => {
    const groupPath = join(root, group);
    if (!existsSync(groupPath)) return [];
    return readdirSync(groupPath)
      .sort()
      .map((name) => ({ folder: `${group}/${name}`, path: join(groupPath, name) }))
      .filter(({ path }) => existsSync(join(path, 'package.json')))
      .map((found) => ({ ...found, manifest: readManifest(join(found.path, 'package.json')) }));
  });
}

/**
 * Whether a source is only for tests: a test, or a helper of tests in `src/testing/`. It is neither built nor shipped.
 *
 * @param path - relative to the package, such as `src/index.ts`
 */
export function isTestCode(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('src/testing/');
}

/**
 * Lists the files below a folder, sorted, as paths relative to `root` with `/`.
 *
 * @param root - absolute path that the results are relative to
 * @param folder - folder below `root`; `''` is `root` itself; a missing folder has no files
 * @param accept - decides by relative path whether a file is listed
 */
export function listFiles(root: string, folder: string, accept: (path: string) => boolean): string[] {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return GENERATED.has(entry.name) ? [] : listFiles(root, path, accept);
      return entry.isFile() && accept(path) ? [path] : [];
    });
}

/** Folders whose files nobody writes by hand. */
const GENERATED: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  '.git',
  '.turbo',
  '.docs-examples',
  'tarballs',
]);

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
