/**
 * Packs all public packages into tarballs, to install them where they are not published.
 *
 * Run: `pnpm pack-all [FOLDER]`. The default folder is `tarballs`.
 */
import { resolve } from 'node:path';
import { build } from './lib/build.ts';
import { packAll } from './lib/pack.ts';
import { runScript, step } from './lib/script.ts';

await runScript(async () => {
  const folder = resolve(process.env['INIT_CWD'] ?? '.', process.argv[2] ?? 'tarballs');
  await step('build', () => build());
  const tarballs = await step('pack', () => packAll(folder));
  console.log(`\n${tarballs.length} packages. They depend on each other, so install them together:`);
  console.log(`  npm install ${folder}/*.tgz`);
});
