/**
 * The demo: each server in turn, and ten clients that ask it for primes at the same time.
 *
 * Run: `pnpm demo`. It exits with 0 when every server answered and stopped in good order, else with 1; nothing that it
 * started is left behind, whatever happens.
 */
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { describeEnd, run } from './lib/run.ts';
import { startServer } from './lib/server-process.ts';
import { ROOT } from './lib/workspace.ts';

const DEADLINE_MS = 120_000;
const STEP_TIMEOUT_MS = 20_000;

const ARCHITECTURES = [
  { name: 'select', title: 'One thread serves all clients: it asks the kernel which sockets are ready.' },
  { name: 'pool', title: 'A pool of threads: each serves one client, with calls that block.' },
];
const MULTI_CLIENT_ARGS = ['100', '200', '-t', '10'];

async function demonstrate({ name, title }: { name: string; title: string }): Promise<void> {
  console.log(`\n== ${name} ==\n${title}\n`);
  const server = await startServer(process.execPath, [main('server'), name, '--port', '0'], {
    timeoutMs: STEP_TIMEOUT_MS,
  });
  console.log(`$ concurrent-primes-server ${name} --port 0\n${server.line}\n`);

  const clientArgs = [...MULTI_CLIENT_ARGS, '-p', String(server.port)];
  console.log(`$ concurrent-primes-multi ${clientArgs.join(' ')}`);
  const client = await run(process.execPath, [main('multi-client'), ...clientArgs], {
    timeoutMs: STEP_TIMEOUT_MS,
    onOutput: (text) => process.stdout.write(text),
  });
  if (client.code !== 0) throw new Error(`run the clients of ${name}: must exit with 0, ${describeEnd(client)}`);

  await server.stop();
  console.log(`\nSIGTERM: the ${name} server closed its connections and exited with 0.`);
}

function main(app: string): string {
  return join(ROOT, 'apps', app, 'dist/main.js');
}

const deadline = setTimeout(() => {
  console.error(`demo: must end within ${DEADLINE_MS} ms`);
  // What still runs is killed on the way out.
  process.exit(1);
}, DEADLINE_MS);
try {
  process.stdout.write('Building … ');
  const { elapsedMs } = await build(['apps/server', 'apps/multi-client']);
  console.log(`${(elapsedMs / 1000).toFixed(1)} s`);
  for (const architecture of ARCHITECTURES) await demonstrate(architecture);
} catch (error) {
  console.error(`\ndemo: ${error instanceof Error ? error.message : String(error)}`);
  // Not only exitCode: a server that still runs would keep this process alive.
  process.exit(1);
} finally {
  clearTimeout(deadline);
}
