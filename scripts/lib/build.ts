/**
 * Builds packages and what they depend on, through turbo.
 *
 * turbo runs each package's script with the `pnpm` that it finds on PATH. A script of this folder that is started with
 * `node` may have none; then `npx` fetches one for the call.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Command, runOrThrow } from './harness.ts';
import { BIN, ROOT } from './workspace.ts';

const BUILD_TIMEOUT_MS = 300_000;

/**
 * Builds the named packages and all that they depend on. What did not change comes from turbo's cache.
 *
 * @param folders - relative to the root, such as `apps/server`; none builds everything
 * @param onCompile - called once if something has to be compiled
 * @throws CommandError with the compiler's messages when a package doesn't build
 */
export async function build(folders: readonly string[] = [], onCompile?: () => void): Promise<void> {
  let isCompiling = false;
  // "..." after a filter means: and its dependencies. "new-only" logs nothing of what the cache has.
  const filters = folders.map((folder) => `--filter=./${folder}...`);
  await runOrThrow(turboCommand(['run', 'build', '--output-logs=new-only', ...filters]), {
    cwd: ROOT,
    timeoutMs: BUILD_TIMEOUT_MS,
    onOutput: (text) => {
      if (isCompiling || !text.includes('cache miss')) return;
      isCompiling = true;
      onCompile?.();
    },
  });
}

/** The command that runs turbo with the given arguments. */
export function turboCommand(args: readonly string[]): Command {
  return hasPnpm() ? [`${BIN}/turbo`, ...args] : pnpmCommand(['exec', 'turbo', ...args]);
}

/** The command that runs pnpm with the given arguments: the one on PATH, or else one fetched by `npx`. */
export function pnpmCommand(args: readonly string[]): Command {
  return hasPnpm() ? ['pnpm', ...args] : ['npx', '-y', 'pnpm@12', ...args];
}

function hasPnpm(): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'pnpm')));
}
