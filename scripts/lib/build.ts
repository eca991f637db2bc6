/**
 * Builds packages and what they depend on, through turbo.
 *
 * turbo runs each package's script with the `pnpm` it finds on PATH. A person who starts a script of this folder with
 * `node` directly may have none; then `npx` fetches one for the call.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandError, runOrThrow, type RunResult } from './run.ts';
import { ROOT } from './workspace.ts';

const BUILD_TIMEOUT_MS = 300_000;
const SILENT_BUILD_MS = 300;

/**
 * Builds the named packages and all they depend on; what did not change comes from turbo's cache (about 0.1 s).
 *
 * @param filters - Folders relative to the root, such as `apps/server`; none builds everything.
 * @throws CommandError with the compiler's messages when a package doesn't build.
 */
export async function build(filters: readonly string[] = []): Promise<RunResult> {
  // "..." after a filter means: and its dependencies.
  const selection = filters.map((folder) => `--filter=./${folder}...`);
  const [command, ...args] = turboCommand(['run', 'build', '--output-logs=errors-only', ...selection]);
  return runOrThrow(command, args, { cwd: ROOT, timeoutMs: BUILD_TIMEOUT_MS });
}

/**
 * Builds what a program needs before it runs, without a word on stdout, which is the program's: a build that takes
 * long, and one that fails, is told on stderr.
 *
 * @param program - What is built for, in the message.
 * @param filters - As for {@link build}.
 * @returns Whether it built.
 */
export async function buildBefore(program: string, filters: readonly string[]): Promise<boolean> {
  const timer = setTimeout(() => {
    console.error(`building ${program} …`);
  }, SILENT_BUILD_MS);
  try {
    await build(filters);
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(error.message);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** The command line that runs turbo with the given arguments. */
export function turboCommand(args: readonly string[]): [string, ...string[]] {
  if (isOnPath('pnpm')) return [join(ROOT, 'node_modules/.bin/turbo'), ...args];
  return [...pnpmCommand(['exec', 'turbo']), ...args] as [string, ...string[]];
}

/** The command line that runs pnpm with the given arguments: the one on PATH, else one fetched by `npx`. */
export function pnpmCommand(args: readonly string[]): [string, ...string[]] {
  return isOnPath('pnpm') ? ['pnpm', ...args] : ['npx', '-y', 'pnpm@12', ...args];
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
