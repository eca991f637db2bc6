/**
 * Do the packages work for somebody who installs them?
 *
 * Sources that pass every test here can still be broken as packages: a file left out of `files`, an undeclared
 * dependency, a `types` path that leads nowhere, a bin that isn't executable. So every package that isn't private is
 * packed, its archive is linted (publint, Are The Types Wrong), all are installed in an empty project outside of the
 * repository, and used there: the libraries by a typed module, the apps by their commands, on this Node and on the
 * oldest that the packages promise to run on.
 *
 * Run: `node scripts/pack-check.ts`. It needs the registry for the packages' own dependencies, prints one line per
 * step, and exits with 1 at the first failure.
 */
import { writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { build } from './lib/build.ts';
import { composeConsumer, CONSUMER_OUTPUT } from './lib/consumer.ts';
import { mapParallel } from './lib/parallel.ts';
import { installArchives, packAll } from './lib/pack.ts';
import { runOrThrow } from './lib/run.ts';
import { startServer } from './lib/server-process.ts';
import { step } from './lib/step.ts';
import { temporaryFolder } from './lib/temporary-folder.ts';
import { listPackages, ROOT, type Package } from './lib/workspace.ts';

const TOOL_TIMEOUT_MS = 120_000;
const APP_TIMEOUT_MS = 30_000;
const PARALLEL_TOOLS = 2;

const BIN = join(ROOT, 'node_modules/.bin');
/** The servers that the apps' check starts. */
const SERVERS = [['select'], ['select', '--selector', 'poll', '--loops', '2'], ['pool', '--threads', '2']] as const;

/** The npm package that has a Node for this machine, as one binary and without an install script. */
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

const env = environmentOf(dirname(process.execPath));

/** Installed commands start with "#!/usr/bin/env node": this makes them run on the Node in a folder. */
function environmentOf(nodeFolder: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${nodeFolder}${delimiter}${process.env['PATH'] ?? ''}` };
}

/** The oldest version that all packages promise, such as 22.18.0 for ">=22.18". */
function oldestNode(packages: readonly Package[]): string {
  const ranges = new Set(packages.map(({ manifest }) => manifest.engines?.['node']));
  const [, version] = /^>=(\d+\.\d+)$/.exec([...ranges].join(' and ')) ?? [];
  if (version === undefined) {
    throw new Error(`engines.node: must be one range >=MAJOR.MINOR, is ${[...ranges].join(' and ')}`);
  }
  return `${version}.0`;
}

async function lint(archives: readonly string[]): Promise<void> {
  await mapParallel(archives, PARALLEL_TOOLS, async (archive) => {
    const options = { cwd: dirname(archive), timeoutMs: TOOL_TIMEOUT_MS };
    await runOrThrow(join(BIN, 'publint'), ['run', archive, '--strict'], options);
    await runOrThrow(join(BIN, 'attw'), [archive, '--profile', 'esm-only', '--no-emoji'], options);
  });
}

async function useLibraries(packages: readonly Package[], project: string): Promise<void> {
  const libraries = packages.filter(({ manifest }) => manifest.exports?.['.'] !== undefined);
  writeFileSync(join(project, 'consumer.ts'), composeConsumer(libraries.map(({ manifest }) => manifest.name)));
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    typeRoots: [join(ROOT, 'node_modules/@types')],
    types: ['node'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  await runOrThrow(join(BIN, 'tsc'), ['-p', project], { cwd: project, timeoutMs: TOOL_TIMEOUT_MS });
  const { stdout } = await runOrThrow(process.execPath, ['consumer.ts'], { cwd: project, timeoutMs: APP_TIMEOUT_MS });
  if (stdout.trim() !== CONSUMER_OUTPUT) {
    throw new Error(`use the libraries: must print ${CONSUMER_OUTPUT}, printed ${stdout}`);
  }
}

async function useApps(project: string, nodeFolder: string): Promise<void> {
  const installed = (name: string): string => join(project, 'node_modules/.bin', name);
  const options = { cwd: project, env: environmentOf(nodeFolder), timeoutMs: APP_TIMEOUT_MS };
  for (const flags of SERVERS) {
    const server = await startServer(installed('concurrent-primes-server'), [...flags, '--port', '0'], options);
    const clientArgs = ['100', '200', '-t', '10', '-p', String(server.port)];
    await runOrThrow(installed('concurrent-primes-multi'), clientArgs, options);
    const checkArgs = ['check', `127.0.0.1:${server.port}`, '--only', 'conversation'];
    await runOrThrow(installed('concurrent-primes-lab'), checkArgs, options);
    await server.stop();
  }
  await runOrThrow(installed('primes'), ['1e6'], options);
}

const folder = temporaryFolder('pack-check');
try {
  const packages = listPackages().filter(({ manifest }) => manifest.private !== true);
  const project = join(folder, 'project');
  await step('build', () => build());
  const archives = await step('pack', () => packAll(packages, join(folder, 'archives')));
  await step('lint', () => lint(archives));
  const oldest = oldestNode(packages);
  await step('install', () => installArchives(archives, project, { env, extra: [`${NODE_PACKAGE}@${oldest}`] }));
  await step('use libraries', () => useLibraries(packages, project));
  await step('use apps', () => useApps(project, dirname(process.execPath)));
  await step(`Node ${oldest}`, () => useApps(project, join(project, 'node_modules', NODE_PACKAGE, 'bin')));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  // Not only exitCode: a server that still runs would keep this process alive.
  process.exit(1);
}
