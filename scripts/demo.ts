/**
 * The demo: each server in turn, and ten clients that ask it for primes at the same time.
 *
 * Run: `pnpm demo`. It exits with 0 if every server answered and stopped in order, else with 1. It leaves no process
 * behind.
 */
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { runOrThrow, ServerProcess } from './lib/harness.ts';
import { runScript } from './lib/script.ts';
import { loadArchitectures, ROOT } from './lib/workspace.ts';

const STEP_TIMEOUT_MS = 20_000;

const MULTI_CLIENT_ARGS = ['100', '200', '-t', '10'];

async function demonstrate(name: string, description: string): Promise<void> {
  console.log(`\n== ${name} ==\n${description[0]!.toUpperCase()}${description.slice(1)}.\n`);
  console.log(`$ pnpm --filter server-${name} start --port 0`);
  await using server = await ServerProcess.start([process.execPath, main('server'), name, '--port', '0'], {
    timeoutMs: STEP_TIMEOUT_MS,
  });
  console.log(`${server.announcement!}\n`);

  const clientArgs = [...MULTI_CLIENT_ARGS, '-p', String(server.port)];
  console.log(`$ pnpm --filter client run multi ${clientArgs.join(' ')}`);
  const { stdout } = await runOrThrow([process.execPath, main('multi-client'), ...clientArgs], {
    timeoutMs: STEP_TIMEOUT_MS,
  });
  console.log(stdout);

  await server.stopInOrder(STEP_TIMEOUT_MS);
  console.log(`SIGTERM: the ${name} server closed its connections and exited with 0.`);
}

function main(app: string): string {
  return join(ROOT, 'apps', app, 'dist/main.js');
}

await runScript(async () => {
  await build(['apps/server', 'apps/multi-client'], () => {
    console.log('Building …');
  });
  const { ARCHITECTURES } = await loadArchitectures();
  for (const [name, { description }] of Object.entries(ARCHITECTURES)) await demonstrate(name, description);
});
