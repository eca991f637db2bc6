/**
 * The one gate: everything a change must pass, in one command.
 *
 * It runs every step, also after a failure, prints one line for each, and the output of those that failed. turbo's cache
 * makes a repeat cheap. Exit code 0: all passed; 1: some failed; 2: wrong use.
 */
import { parseArgs } from 'node:util';
import { turboCommand } from './lib/build.ts';
import { type Command, runCommand, type RunResult } from './lib/harness.ts';
import { BIN, ROOT } from './lib/workspace.ts';

const STEP_TIMEOUT_MS = 900_000;

const USAGE = `Usage: pnpm ok [--verbose]

Runs every check of the repository and exits with 1 if any fails.

  --verbose   show the output of every step as it comes, not only of failed ones
  --help      show this text`;

interface Step {
  readonly name: string;
  readonly command: Command;
}

const STEPS: readonly Step[] = [
  { name: 'types', command: turboCommand(['run', 'types', '//#types:root']) },
  { name: 'lint', command: turboCommand(['run', 'lint', '//#lint:root']) },
  { name: 'format', command: [`${BIN}/prettier`, '--check', '.'] },
  { name: 'imports', command: script('import-rules.ts') },
  { name: 'words', command: script('wording.ts') },
  { name: 'tests', command: turboCommand(['run', 'test', '//#test:root']) },
  {
    name: 'links',
    command: [`${BIN}/remark`, '.', '--quiet', '--frail', '--use', 'remark-validate-links=repository:false'],
  },
  { name: 'docs', command: script('docs-check.ts') },
  { name: 'packages', command: script('pack-check.ts') },
];

function script(name: string): Command {
  return [process.execPath, `${ROOT}/scripts/${name}`];
}

async function runStep({ name, command }: Step, verbose: boolean): Promise<RunResult> {
  const label = name.padEnd(12);
  if (verbose) console.log(`\n== ${name} ==`);
  else if (process.stdout.isTTY) process.stdout.write(`${label} …`);
  const result = await runCommand(command, {
    cwd: ROOT,
    timeoutMs: STEP_TIMEOUT_MS,
    onOutput: verbose ? (text) => process.stdout.write(text) : undefined,
  });
  const seconds = `${(result.elapsedMs / 1000).toFixed(1)} s`.padStart(8);
  if (!verbose && process.stdout.isTTY) process.stdout.write('\r');
  console.log(`${label} ${isPassed(result) ? 'ok    ' : 'FAILED'} ${seconds}`);
  return result;
}

function isPassed({ code, timedOut }: RunResult): boolean {
  return code === 0 && !timedOut;
}

async function runAll(verbose: boolean): Promise<boolean> {
  const failed: string[] = [];
  for (const step of STEPS) {
    const result = await runStep(step, verbose);
    if (isPassed(result)) continue;
    failed.push(step.name);
    if (result.timedOut) console.log(`it must end within ${STEP_TIMEOUT_MS / 1000} s`);
    if (!verbose) console.log(`\n${result.output.trimEnd()}\n`);
  }
  console.log(
    failed.length === 0
      ? `\nAll ${STEPS.length} steps passed.`
      : `\n${failed.length} of ${STEPS.length} steps failed: ${failed.join(', ')}.`,
  );
  return failed.length === 0;
}

try {
  const { values } = parseArgs({ options: { verbose: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) console.log(USAGE);
  else process.exitCode = (await runAll(values.verbose === true)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
