/** The packages as users get them: packed into tarballs, and installed from those in an empty project. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pnpmCommand } from './build.ts';
import { runOrThrow } from './harness.ts';
import { listPublicPackages, ROOT } from './workspace.ts';

const PACK_TIMEOUT_MS = 120_000;
const INSTALL_TIMEOUT_MS = 300_000;
const TARBALL = /^concurrent-primes-.*\.tgz$/;

/** Packs all public packages, which are built, and returns the tarballs; those of earlier calls are removed. */
export async function packAll(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder).filter((name) => TARBALL.test(name))) rmSync(join(folder, name));
  const packages = listPublicPackages();
  const filters = packages.map(({ manifest }) => `--filter=${manifest.name}`);
  const command = pnpmCommand(['--recursive', ...filters, 'pack', '--pack-destination', folder]);
  await runOrThrow(command, { cwd: ROOT, timeoutMs: PACK_TIMEOUT_MS });
  const tarballs = readdirSync(folder).filter((name) => TARBALL.test(name));
  if (tarballs.length !== packages.length) {
    throw new Error(`cannot pack: need ${packages.length} tarballs in ${folder}, got ${tarballs.length}`);
  }
  return tarballs.map((name) => join(folder, name));
}

/**
 * Installs tarballs, and what they depend on, in a new and empty project. It needs the registry.
 *
 * @param options - environment of npm, and further arguments and packages for `npm install`
 */
export async function installTarballs(
  tarballs: readonly string[],
  project: string,
  { env, extra = [] }: { readonly env?: NodeJS.ProcessEnv; readonly extra?: readonly string[] } = {},
): Promise<void> {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  // Without install scripts, as pnpm and careful users install: no dependency may need one.
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...extra, ...tarballs];
  await runOrThrow(['npm', ...args], { cwd: project, timeoutMs: INSTALL_TIMEOUT_MS, env });
}
