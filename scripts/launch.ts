/**
 * Starts a program from its sources: builds what it needs, then becomes it.
 *
 * Usage: `node scripts/launch.ts APP [args…]`, where APP is the folder of a package with a command (a `bin`), without
 * `apps/` or `packages/`. The packages' `start` scripts use it.
 *
 * stdout belongs to the app alone, so that it can be piped. The build speaks on stderr, and only when it takes long or
 * fails; when nothing changed, turbo's cache answers in about 0.1 s, which no check of our own would be simpler than.
 * The app runs where the user stands, not in the folder that pnpm runs scripts in.
 */
import { basename, join } from 'node:path';
import { buildBefore } from './lib/build.ts';
import { becomeCommand } from './lib/foreground.ts';
import { listPackages, ROOT } from './lib/workspace.ts';

const [app, ...args] = process.argv.slice(2);
const folders = listPackages().flatMap(({ folder, manifest }) => (manifest.bin === undefined ? [] : [folder]));
const folder = folders.find((candidate) => basename(candidate) === app);

if (folder === undefined) {
  const names = folders.map((candidate) => basename(candidate)).join(', ');
  console.error(`launch: APP must be one of ${names}, received ${app ?? 'nothing'}`);
  process.exitCode = 2;
} else if (await buildBefore(folder, [folder])) {
  await becomeCommand(process.execPath, [join(ROOT, folder, 'dist/main.js'), ...args], callerFolder());
} else {
  process.exitCode = 1;
}

/** pnpm tells in INIT_CWD where the user stood. */
function callerFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}
