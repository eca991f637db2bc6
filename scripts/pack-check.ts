/**
 * Checks that the packages work for those that install them.
 *
 * Sources that pass every test here can still be broken as packages: a file missing in `files`, an undeclared
 * dependency, a `types` path that leads nowhere, a bin that isn't executable. So all public packages are packed, their
 * tarballs are linted (publint, Are The Types Wrong), all are installed in an empty project outside of the repository,
 * and used there: the libraries by a typed module, the apps by their commands, on this Node and on the oldest that the
 * packages promise to run on.
 *
 * Run: `node scripts/pack-check.ts`. It needs the registry for the packages' own dependencies, prints one line per
 * step, and exits with 1 at the first failure.
 */
import { writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { build } from './lib/build.ts';
import { runOrThrow, type RunResult, ServerProcess, temporaryFolder } from './lib/harness.ts';
import { installTarballs, packAll } from './lib/pack.ts';
import { mapConcurrently, runScript, step } from './lib/script.ts';
import { BIN, listPublicPackages, loadArchitectures, ROOT, SCOPE } from './lib/workspace.ts';

const TOOL_TIMEOUT_MS = 120_000;
const APP_TIMEOUT_MS = 30_000;
/** The npm package of a Node for this machine: one binary, no install script. */
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

/** The last line that the module of {@link composeConsumer} prints when all is well. */
const CONSUMER_OUTPUT = 'all libraries work';

/** What to do with a library beyond importing it; `lib` is its namespace. */
const USES: Readonly<Record<string, string>> = {
  sieve: 'assert.equal(lib.countPrimes(100, 200), 21);',
  protocol: 'assert.deepEqual([...lib.decodeRequest(lib.encodeRequest(100, 200))], [100, 200]);',
  sockets: `const listener = lib.listen({ host: '127.0.0.1', port: 0 });
  assert.ok(listener.localAddress().port > 0);
  listener.close();`,
};

const env = environmentOf(dirname(process.execPath));

/** Installed commands begin with "#!/usr/bin/env node": this runs them on the Node in a folder. */
function environmentOf(nodeFolder: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${nodeFolder}${delimiter}${process.env['PATH'] ?? ''}` };
}

/** The oldest version that all packages promise, such as 22.18.0 for ">=22.18". */
function oldestNode(): string {
  const ranges = [...new Set(listPublicPackages().map(({ manifest }) => manifest.engines?.['node']))].join(' and ');
  const [, version] = /^>=(\d+\.\d+)$/.exec(ranges) ?? [];
  if (version === undefined)
    throw new Error(`cannot find engines.node: must be one range >=MAJOR.MINOR, got ${ranges}`);
  return `${version}.0`;
}

async function lint(tarball: string): Promise<RunResult> {
  const options = { cwd: dirname(tarball), timeoutMs: TOOL_TIMEOUT_MS };
  await runOrThrow([join(BIN, 'publint'), 'run', tarball, '--strict'], options);
  return runOrThrow([join(BIN, 'attw'), tarball, '--profile', 'esm-only', '--no-emoji'], options);
}

/** A module that a user of the packages might write: it imports every library and uses some of them. */
function composeConsumer(names: readonly string[]): string {
  return [
    `import assert from 'node:assert/strict';`,
    ...names.map((name, index) => `import * as lib${index} from '${name}';`),
    ...names.map((name, index) => {
      const use = USES[name.slice(SCOPE.length)] ?? '';
      return `{\n  const lib = lib${index};\n  assert.ok(Object.keys(lib).length > 0);\n  ${use}\n}`;
    }),
    `console.log('${CONSUMER_OUTPUT}');\n`,
  ].join('\n');
}

async function useLibraries(project: string): Promise<void> {
  const modules = listPublicPackages().flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {}).map((subpath) => `${manifest.name}${subpath.slice(1)}`),
  );
  const libraries = modules.filter((name) => !name.endsWith('.json'));
  writeFileSync(join(project, 'consumer.ts'), composeConsumer(libraries));
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
  await runOrThrow([join(BIN, 'tsc'), '-p', project], { cwd: project, timeoutMs: TOOL_TIMEOUT_MS });
  const { stdout } = await runOrThrow([process.execPath, 'consumer.ts'], { cwd: project, timeoutMs: APP_TIMEOUT_MS });
  if (stdout.trim() !== CONSUMER_OUTPUT) {
    throw new Error(`cannot use the libraries: they must print ${CONSUMER_OUTPUT}, got ${stdout}`);
  }
}

async function useApps(servers: readonly (readonly string[])[], project: string, nodeFolder: string): Promise<void> {
  const installed = (name: string): string => join(project, 'node_modules/.bin', name);
  const options = { cwd: project, env: environmentOf(nodeFolder), timeoutMs: APP_TIMEOUT_MS };
  for (const args of servers) {
    const command = [installed('concurrent-primes-server'), ...args, '--port', '0'] as const;
    await using server = await ServerProcess.start(command, options);
    const clientArgs = ['100', '200', '-t', '10', '-p', String(server.port)];
    await runOrThrow([installed('concurrent-primes-multi'), ...clientArgs], options);
    const checkArgs = ['check', `127.0.0.1:${server.port}`, '--only', 'conversation'];
    await runOrThrow([installed('concurrent-primes-lab'), ...checkArgs], options);
    await server.stopInOrder(APP_TIMEOUT_MS);
  }
  await runOrThrow([installed('primes'), '1e6'], options);
}

await runScript(async () => {
  const folder = temporaryFolder('pack-check');
  const project = join(folder, 'project');
  const oldest = oldestNode();
  await step('build', () => build());
  const tarballs = await step('pack', () => packAll(join(folder, 'tarballs')));
  await step('lint', () => mapConcurrently(tarballs, lint));
  await step('install', () => installTarballs(tarballs, project, { env, extra: [`${NODE_PACKAGE}@${oldest}`] }));
  await step('use libraries', () => useLibraries(project));
  const { ARCHITECTURES, variantsOf, argumentsOf } = await loadArchitectures();
  const variants = variantsOf(ARCHITECTURES).map((variant) => argumentsOf(variant, variant.threads && 2));
  await step('use apps', () => useApps(variants, project, dirname(process.execPath)));
  const commands = Object.keys(ARCHITECTURES).map((name) => [name]);
  await step(`Node ${oldest}`, () => useApps(commands, project, join(project, 'node_modules', NODE_PACKAGE, 'bin')));
});
