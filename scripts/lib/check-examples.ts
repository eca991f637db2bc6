/**
 * Type-checks and runs examples where a reader would put them: inside the package whose documentation they are in.
 *
 * Each example is written to `.docs-examples/` of its package. There the package's own name resolves by self-reference,
 * and other packages by its dependencies. (Below `node_modules` Node would neither strip types nor look for a package's
 * own name.) Examples of the root's documents run in a folder of the root that links all packages. One compiler run
 * checks all of them.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { checkOutput, type Example } from './examples.ts';
import { describeEnd, runCommand } from './harness.ts';
import { mapConcurrently } from './script.ts';
import { listPackages } from './workspace.ts';

const RUN_TIMEOUT_MS = 30_000;
const FOLDER = '.docs-examples';

/** Examples by the absolute path of the file that holds their code. */
type PlacedExamples = ReadonlyMap<string, Example>;

/**
 * Checks examples in a repository whose packages are built. It removes the files that it writes, whatever happens.
 *
 * @returns one line per failure, `file:line: what is wrong`
 */
export async function checkExamples(root: string, examples: readonly Example[]): Promise<string[]> {
  const folders = new Set(examples.map(({ path }) => join(contextOf(root, path), FOLDER)));
  const removeAll = (): void => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  removeAll();
  process.once('exit', removeAll);
  try {
    if (folders.has(join(root, FOLDER))) linkPackages(root);
    const placed = new Map(examples.map((example) => [place(root, example), example]));
    const toRun = [...placed].filter(([, { noRun }]) => noRun === undefined);
    return [
      ...findMissingReasons(examples),
      ...checkTypes(root, placed),
      ...(await mapConcurrently(toRun, runExample)).flat(),
    ];
  } finally {
    removeAll();
    process.off('exit', removeAll);
  }
}

/** The folder whose packages an example sees: its package, or the root. */
function contextOf(root: string, path: string): string {
  const [group, name, ...rest] = path.split('/');
  const isInPackage = (group === 'packages' || group === 'apps') && rest.length > 0;
  return isInPackage ? join(root, group, name!) : root;
}

function linkPackages(root: string): void {
  for (const { manifest, path } of listPackages(root)) {
    const link = join(root, FOLDER, 'node_modules', manifest.name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(path, link);
  }
}

/** Writes an example to a file, and returns its path. */
function place(root: string, example: Example): string {
  const folder = join(contextOf(root, example.path), FOLDER);
  mkdirSync(folder, { recursive: true });
  // .mts: an ES module, whatever the package.json around it says.
  const file = join(folder, `${example.path.replaceAll('/', '-')}-${example.line}.mts`);
  writeFileSync(file, `${example.code}\n`);
  return file;
}

function findMissingReasons(examples: readonly Example[]): string[] {
  return examples
    .filter(({ noRun }) => noRun === '')
    .map(({ path, line }) => `${path}:${line - 1}: no-run must be followed by a reason: ts no-run (reason)`);
}

function checkTypes(root: string, placed: PlacedExamples): string[] {
  const config = {
    extends: './tsconfig.base.json',
    compilerOptions: {
      noEmit: true,
      allowImportingTsExtensions: true,
      moduleDetection: 'force',
      // An example may name what it doesn't use, to show it.
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    files: [...placed.keys()],
  };
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(fileNames, options);
  return [...errors, ...ts.getPreEmitDiagnostics(program)].map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    const { file, start } = diagnostic;
    const example = placed.get(file?.fileName ?? '');
    if (example === undefined || start === undefined) return `${file?.fileName ?? root}: ${message}`;
    return `${example.path}:${example.line + file!.getLineAndCharacterOfPosition(start).line}: ${message}`;
  });
}

async function runExample([file, example]: readonly [string, Example]): Promise<string[]> {
  const result = await runCommand([process.execPath, file], { cwd: dirname(file), timeoutMs: RUN_TIMEOUT_MS });
  if (result.code !== 0 || result.timedOut) {
    const end = result.timedOut ? 'it ran out of time' : `it ended with ${describeEnd(result)}`;
    const output = result.output.trim();
    return [`${example.path}:${example.line}: the example must exit with 0, ${end}\n${output}`];
  }
  return checkOutput(example.code, result.stdout).map(
    ({ line, message }) => `${example.path}:${example.line + line}: ${message}`,
  );
}
