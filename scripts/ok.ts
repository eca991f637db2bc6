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

const STEPS: Readonly<Record<string, Command>> = {
  types: turboCommand(['run', 'types', '//#types:root']),
  lint: turboCommand(['run', 'lint', '//#lint:root']),
  format: [`${BIN}/prettier`, '--check', '.'],
  imports: script('import-rules.ts'),
  words: script('wording.ts'),
  tests: turboCommand(['run', 'test', '//#test:root']),
  links: [`${BIN}/remark`, '.', '--quiet', '--frail', '--use', 'remark-validate-links=repository:false'],
  docs: script('docs-check.ts'),
  packages: script('pack-check.ts'),
};

function script(name: string): Command {
  return [process.execPath, `${ROOT}/scripts/${name}`];
}

async function runStep(name: string, command: Command, verbose: boolean): Promise<RunResult> {
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
  const steps = Object.entries(STEPS);
  for (const [name, command] of steps) {
    const result = await runStep(name, command, verbose);
    if (isPassed(result)) continue;
    failed.push(name);
    if (result.timedOut) console.log(`it must end within ${STEP_TIMEOUT_MS / 1000} s`);
    if (!verbose) console.log(`\n${result.output.trimEnd()}\n`);
  }
  console.log(
    failed.length === 0
      ? `\nAll ${steps.length} steps passed.`
      : `\n${failed.length} of ${steps.length} steps failed: ${failed.join(', ')}.`,
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
