/**
 * Where the repository is, and which packages it has.
 *
 * A package is a folder of `packages/` or `apps/` with a `package.json`: the same folders that `pnpm-workspace.yaml`
 * names. Folders are written relative to the root with `/`, as messages show them.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

type Versions = Readonly<Record<string, string>>;

/** The fields of a `package.json` that the scripts read. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Versions;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly peerDependencies?: Versions;
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

type Architectures = typeof import('../../apps/server/src/architectures.ts');

/** Loads the registry of servers from the app `server`, which is built: scripts also run before anything is. */
export async function loadArchitectures(): Promise<Architectures> {
  return (await import(join(ROOT, 'apps/server/dist/architectures.js'))) as Architectures;
}

/** Packages that are published: those that aren't private. */
export function listPublicPackages(): Package[] {
  return listPackages().filter(({ manifest }) => manifest.private !== true);
}

/** Lists the packages of a repository, sorted by folder. */
export function listPackages(root: string = ROOT): Package[] {
  return globSync('{apps,packages}/*/package.json', { cwd: root })
    .sort()
    .map((path) => {
      const folder = dirname(path);
      const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;
      return { folder, path: join(root, folder), manifest };
    });
}
