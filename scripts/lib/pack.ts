/** The packages as people get them: packed into archives, and installed from those in an empty project. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pnpmCommand } from './build.ts';
import { mapParallel } from './parallel.ts';
import { runOrThrow } from './run.ts';
import type { Package } from './workspace.ts';

const PACK_TIMEOUT_MS = 120_000;
const INSTALL_TIMEOUT_MS = 300_000;
const PARALLEL_TOOLS = 2;

/**
 * Packs packages that are built.
 *
 * @param folder - Is made, and takes the archives.
 * @returns Paths of the archives.
 */
export async function packAll(packages: readonly Package[], folder: string): Promise<string[]> {
  mkdirSync(folder);
  await mapParallel(packages, PARALLEL_TOOLS, ({ path }) => {
    const [command, ...args] = pnpmCommand(['pack', '--pack-destination', folder]);
    return runOrThrow(command, args, { cwd: path, timeoutMs: PACK_TIMEOUT_MS });
  });
  const archives = readdirSync(folder).map((name) => join(folder, name));
  if (archives.length !== packages.length) {
    throw new Error(`pack: must make ${packages.length} archives, made ${archives.length}`);
  }
  return archives;
}

/**
 * Installs archives, and what they depend on, in a new and empty project. It needs the registry.
 *
 * @param project - Folder that is made.
 * @param options - Environment of npm, and further arguments and packages for `npm install`.
 */
export async function installArchives(
  archives: readonly string[],
  project: string,
  { env, extra = [] }: { readonly env?: NodeJS.ProcessEnv; readonly extra?: readonly string[] } = {},
): Promise<void> {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  // Without install scripts, as pnpm and careful users install: no dependency may need one.
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...extra, ...archives];
  await runOrThrow('npm', args, { cwd: project, timeoutMs: INSTALL_TIMEOUT_MS, ...(env && { env }) });
}
