/** `lab check` without its process: from the command line to the report and the exit code. */
import { type FileHandle, open } from 'node:fs/promises';
import { ConnectFailure } from '@concurrent-primes/conformance';
import { Argument, type Command, Option } from 'commander';
import {
  type Address,
  EXIT_FAILED,
  EXIT_INTERRUPTED,
  EXIT_OK,
  hostAndPort,
  isColoured,
  LiveLine,
  repeated,
  secondsUpTo,
  UsageError,
  wholeNumber,
} from '@concurrent-primes/harness/terminal';
import { PORT_PLACEHOLDER, StartFailure } from '@concurrent-primes/harness';
import type { LabConsole } from '../lab-console.ts';
import { type Check, type CheckReport, type CheckSettings, countResults } from './check.ts';
import { selectChecks } from './checks.ts';
import { FORMATS, type Format } from './report/formats.ts';
import { COLOURED, PLAIN, TextReport } from './report/text-report.ts';
import { runChecks } from './run-checks.ts';
import { AddressTarget, CommandTarget, type Target } from './check-target.ts';
import { whyNoStrace } from '../watch/strace/traced-command.ts';
import { WaitLine } from './wait-line.ts';

/** What commander makes of the options; times are milliseconds. */
interface Options {
  readonly command?: string;
  readonly startTimeout: number;
  readonly only: readonly string[];
  readonly list?: true;
  readonly format: Format;
  readonly output?: string;
  readonly seed: number;
  readonly timeout: number;
  readonly clients: number;
  readonly maxWidth?: number;
  readonly full?: true;
  readonly sum: boolean;
  readonly greeting?: true;
  readonly trace?: true;
}

const MAX_UINT32 = 2 ** 32 - 1;
const MAX_CLIENTS = 1000;
const MAX_TIMEOUT_S = 3600;

const EXAMPLES = `
Examples:
  A server that runs already:
  $ concurrent-primes-lab check 127.0.0.1:65432

  A server that the check starts, and restarts after each failure:
  $ concurrent-primes-lab check --command 'python3 server.py {port}'

  One check again:
  $ concurrent-primes-lab check 127.0.0.1:65432 --only request-split

  A slow server, without the wide intervals:
  $ concurrent-primes-lab check 127.0.0.1:65432 --timeout 20 --max-width 1000000

  With the system calls that the server has made for the client of a failure:
  $ concurrent-primes-lab check --command 'python3 server.py {port}' --trace

  The failures as pictures, in one HTML file:
  $ concurrent-primes-lab check HOST:PORT --format html --output check.html

  For Gradescope:
  $ concurrent-primes-lab check --command './server {port}' \\
      --format gradescope --output /autograder/results/results.json

Exit code:
  0 nothing failed, 1 a check failed, 2 bad usage or no server, 130 interrupted`;

export function addCheckCommand(program: Command, console: LabConsole): void {
  program
    .command('check')
    .description('Checks any prime server, in any language: what it does wrong, and what that probably means.')
    .addArgument(new Argument('[HOST:PORT]', 'address of a running server').argParser(hostAndPort))
    .option('--command <COMMAND>', 'shell command that starts the server; {port} stands for its port')
    .addOption(
      new Option('--start-timeout <SECONDS>', 'time limit until the server of --command listens')
        .argParser(secondsUpTo(MAX_TIMEOUT_S))
        .default(10_000, '10'),
    )
    .addOption(
      new Option('--only <NAME>', 'run only this check or group, or a prefix (zoo-*); may be repeated')
        .argParser(repeated(String))
        .default([] as readonly string[], 'all'),
    )
    .option('--list', 'list the checks without running them')
    .addOption(new Option('--format <FORMAT>', 'format of the report').choices(Object.keys(FORMATS)).default('text'))
    .option('--output <FILE>', 'also write the report to a file; the text still goes to stdout')
    .option('--seed <N>', 'random seed of the intervals', wholeNumber(0, MAX_UINT32), 1)
    .addOption(
      new Option('--timeout <SECONDS>', 'longest silence of the server')
        .argParser(secondsUpTo(MAX_TIMEOUT_S))
        .default(5000, '5'),
    )
    .option('--clients <N>', 'number of concurrent clients', wholeNumber(2, MAX_CLIENTS), 10)
    .option('--max-width <N>', 'widest interval to ask for, in integers', wholeNumber(1, MAX_UINT32))
    .option('--full', 'also ask for all primes of int32, 420 MB')
    .option('--no-sum', 'for servers that know no sums and close after the primes')
    .option('--greeting', 'the server greets each client with one byte x')
    .option('--trace', 'with --command: show the server’s system calls beside each failure; needs strace')
    .addHelpText('after', EXAMPLES)
    .action(async (address: Address | undefined, options: Options) => {
      const checks = choose(options.only);
      if (options.list) {
        console.stdout.write(checks.map(({ name, title }) => `${name.padEnd(32)}${title}\n`).join(''));
        return;
      }
      const start = howToStart(address, options, console);
      console.finish(await check(start, checks, options, console));
    });
}

function choose(names: readonly string[]): readonly Check[] {
  try {
    return selectChecks(names);
  } catch (error) {
    throw new UsageError((error as RangeError).message);
  }
}

function howToStart(
  address: Address | undefined,
  { command, startTimeout: timeoutMs, trace }: Options,
  { stderr, interrupt }: LabConsole,
): () => Promise<Target> {
  if ((address === undefined) === (command === undefined)) {
    throw new UsageError('needs either HOST:PORT or --command');
  }
  if (address !== undefined && trace === true) throw new UsageError('--trace needs a server that --command starts');
  if (address !== undefined) return () => Promise.resolve(new AddressTarget(address.host, address.port));
  if (command?.includes(PORT_PLACEHOLDER) !== true) {
    throw new UsageError(`--command must say with ${PORT_PLACEHOLDER} where the server takes its port`);
  }
  const line = new WaitLine(stderr, timeoutMs);
  const missing = trace === true ? whyNoStrace() : undefined;
  if (missing !== undefined) stderr.write(`${missing}. Without it, the report has no system calls.\n`);
  const isTraced = trace === true && missing === undefined;
  return () => CommandTarget.start(command, interrupt, { timeoutMs, line }, isTraced);
}

async function check(
  start: () => Promise<Target>,
  checks: readonly Check[],
  options: Options,
  console: LabConsole,
): Promise<number> {
  const { interrupt } = console;
  try {
    // First of all: a run whose report can't be written would be for nothing.
    await using file = options.output === undefined ? undefined : await openReport(options.output);
    await using target = await start();
    const report = await run(target, checks, options, console, file);
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    return countResults(report).failed === 0 ? EXIT_OK : EXIT_FAILED;
  } catch (error) {
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    if (error instanceof ConnectFailure || error instanceof StartFailure) throw new UsageError(error.message);
    throw error;
  }
}

async function openReport(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (cause) {
    throw new UsageError(`cannot write the report: ${(cause as Error).message}`);
  }
}

async function run(
  target: Target,
  checks: readonly Check[],
  options: Options,
  { stdout, env, interrupt }: LabConsole,
  file: FileHandle | undefined,
): Promise<CheckReport> {
  const { format, seed, timeout: timeoutMs, clients, sum, greeting = false, maxWidth, full = false } = options;
  const settings: CheckSettings = { seed, timeoutMs, clients, sum, greeting, maxWidth, full };
  const isText = format === 'text' || file !== undefined;
  const total = checks.filter(({ unless }) => unless?.(settings) === undefined).length;
  using line = new LiveLine(stdout, { env });
  const write = (lines: string): void => {
    line.clear();
    if (isText) stdout.write(lines);
  };
  const text = new TextReport(write, isColoured(stdout, env) ? COLOURED : PLAIN);
  let begun = 0;
  text.head(target.name, seed);
  const report = await runChecks({
    ...{ checks, settings, target, interrupt },
    onBegin: ({ name }) => {
      begun++;
      if (isText) line.show(`  … ${name} (${begun} of ${total})`);
    },
    onResult: (result) => {
      text.result(result);
    },
  });
  text.tail(report);
  if (file !== undefined) await file.writeFile(FORMATS[format](report));
  else if (!isText) stdout.write(FORMATS[format](report));
  return report;
}
