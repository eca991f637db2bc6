/**
 * Starts an app from its sources: builds what it needs, then becomes it. The packages' `start` scripts use it.
 *
 * Usage: `node scripts/launch.ts APP [args…]`, where APP is the folder of an app with a command (a `bin`), without
 * `apps/`.
 *
 * stdout belongs to the app alone, so it can be piped. A build that compiles something, or fails, is announced on
 * stderr. The app runs in the folder of the user, not in the one that pnpm runs scripts in.
 *
 * After an app that ends with an error, pnpm adds lines of its own (ELIFECYCLE, ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL), and
 * with `--filter` it exits with 1 instead of the app's code. No setting turns that off. `node apps/APP/dist/main.js` has
 * neither.
 */
import { basename, join } from 'node:path';
import { build } from './lib/build.ts';
import { CommandError } from './lib/harness.ts';
import { listPackages, ROOT } from './lib/workspace.ts';

const [app, ...args] = process.argv.slice(2);
const folders = listPackages().flatMap(({ folder, manifest }) => (manifest.bin === undefined ? [] : [folder]));
const folder = folders.find((candidate) => basename(candidate) === app);

if (folder === undefined) {
  const names = folders.map((candidate) => basename(candidate)).join(', ');
  console.error(`cannot launch: APP must be one of ${names}, got ${app ?? 'nothing'}`);
  process.exitCode = 2;
} else {
  try {
    await build([folder], () => {
      console.error(`building ${folder} …`);
    });
    // pnpm sets INIT_CWD to the folder of the user.
    process.chdir(process.env['INIT_CWD'] ?? '.');
    // The same process goes on as the app: terminal, signals and exit code are the app's own.
    process.execve!(process.execPath, [process.execPath, join(ROOT, folder, 'dist/main.js'), ...args]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
