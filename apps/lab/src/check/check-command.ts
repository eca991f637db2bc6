/** `lab check` without its process: from the command line to the report and the exit code. */
import { type FileHandle, open } from 'node:fs/promises';
import { ConnectFailure } from '@concurrent-primes/conformance';
import type { Command } from 'commander';
import { EXIT_FAILED, EXIT_OK, EXIT_INTERRUPTED, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { PORT_PLACEHOLDER, StartFailure } from '@concurrent-primes/harness';
import type { LabConsole } from '../lab-console.ts';
import { type Address, type CheckOptions, declareArguments, settingsOf } from './check-arguments.ts';
import { type Check, type CheckReport, countResults } from './check.ts';
import { selectChecks } from './checks.ts';
import { LiveText } from './live-text.ts';
import { FORMATS } from './report/formats.ts';
import { runChecks } from './run-checks.ts';
import { AddressTarget, CommandTarget, type Target } from './check-target.ts';
import { WaitLine } from './wait-line.ts';

/** The report has no place. */
class OutputFailure extends Error {
  override name = 'OutputFailure';
}

/** What is not our mistake, and leaves nothing to report. */
const EXPECTED = [ConnectFailure, StartFailure, OutputFailure];

/**
 * Adds the subcommand.
 *
 * @param program - which it becomes a part of
 * @param console - of the process
 */
export function addCheckCommand(program: Command, console: LabConsole): void {
  const command = declareArguments(program.command('check'));
  command.action(async (address: Address | undefined, options: CheckOptions) => {
    const checks = choose(command, options.only);
    if (options.list) {
      console.stdout.write(checks.map(({ name, title }) => `${name.padEnd(32)}${title}\n`).join(''));
      return;
    }
    const start = howToStart(command, address, options, console);
    console.finish(await check(start, checks, options, console));
  });
}

function choose(command: Command, names: readonly string[]): readonly Check[] {
  try {
    return selectChecks(names);
  } catch (error) {
    return command.error(`error: ${(error as RangeError).message}`);
  }
}

function howToStart(
  command: Command,
  address: Address | undefined,
  options: CheckOptions,
  { stderr, interrupt }: LabConsole,
): () => Promise<Target> {
  const { command: shellCommand } = options;
  if ((address === undefined) === (shellCommand === undefined)) {
    return command.error('error: needs either HOST:PORT or --command');
  }
  if (address !== undefined) return () => Promise.resolve(new AddressTarget(address.host, address.port));
  if (shellCommand?.includes(PORT_PLACEHOLDER) !== true) {
    return command.error(`error: --command must say with ${PORT_PLACEHOLDER} where the server takes its port`);
  }
  const timeoutMs = Math.ceil(options.startTimeout * 1000);
  const line = new WaitLine(stderr, timeoutMs);
  return () => CommandTarget.start(shellCommand, interrupt, { timeoutMs, line });
}

async function check(
  start: () => Promise<Target>,
  checks: readonly Check[],
  options: CheckOptions,
  console: LabConsole,
): Promise<number> {
  const { stderr, interrupt } = console;
  let file: FileHandle | undefined;
  let target: Target | undefined;
  try {
    // First of all: a run whose report can't be written would be for nothing.
    if (options.output !== undefined) file = await openReport(options.output);
    target = await start();
    const report = await run(target, checks, options, console, file);
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    return countResults(report).failed === 0 ? EXIT_OK : EXIT_FAILED;
  } catch (error) {
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    if (!EXPECTED.some((expected) => error instanceof expected)) throw error;
    stderr.write(`error: ${(error as Error).message}\n`);
    return EXIT_USAGE;
  } finally {
    await target?.stop();
    await file?.close();
  }
}

async function openReport(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (cause) {
    throw new OutputFailure(`cannot write the report: ${(cause as Error).message}`, { cause });
  }
}

async function run(
  target: Target,
  checks: readonly Check[],
  options: CheckOptions,
  console: LabConsole,
  file: FileHandle | undefined,
): Promise<CheckReport> {
  const { format } = options;
  const settings = settingsOf(options);
  const isText = format === 'text' || file !== undefined;
  const asked = checks.filter(({ unless }) => unless?.(settings) === undefined);
  const text = isText ? new LiveText(console, asked.length) : undefined;
  text?.head(target.name, settings.seed);
  const report = await runChecks({
    checks,
    settings,
    target,
    interrupt: console.interrupt,
    ...(text && {
      onBegin: (begun) => {
        text.begin(begun);
      },
      onResult: (result) => {
        text.result(result);
      },
    }),
  });
  text?.tail(report);
  if (file !== undefined) await file.writeFile(FORMATS[format](report));
  else if (!isText) console.stdout.write(FORMATS[format](report));
  return report;
}
