/** The command line of `lab check`. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { CheckSettings } from './check.ts';
import { FORMATS, type Format } from './report/formats.ts';

/** What commander makes of the options. */
export interface CheckOptions {
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
}

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
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

  For Gradescope:
  $ concurrent-primes-lab check --command './server {port}' \\
      --format gradescope --output /autograder/results/results.json

Exit code:
  0 nothing failed, 1 a check failed, 2 bad usage or no server, 130 interrupted`;

/**
 * Adds the arguments and options.
 *
 * @param command - the subcommand
 */
export function declareArguments(command: Command): Command {
  return command
    .description('Checks any prime server, in any language: what it does wrong, and what that probably means.')
    .addArgument(new Argument('[HOST:PORT]', 'address of a running server').argParser(address))
    .addOption(new Option('--command <COMMAND>', 'shell command that starts the server; {port} stands for its port'))
    .addOption(
      new Option('--start-timeout <SECONDS>', 'time limit until the server of --command listens')
        .argParser(secondsAbove0)
        .default(10),
    )
    .addOption(
      new Option('--only <NAME>', 'run only this check or group, or a prefix (zoo-*); may be repeated')
        .argParser((name: string, names: readonly string[]) => [...names, name])
        .default([], 'all'),
    )
    .option('--list', 'list the checks without running them')
    .addOption(new Option('--format <FORMAT>', 'format of the report').choices(Object.keys(FORMATS)).default('text'))
    .option('--output <FILE>', 'also write the report to a file; the text still goes to stdout')
    .addOption(new Option('--seed <N>', 'random seed of the intervals').argParser(integer(0, MAX_UINT32)).default(1))
    .addOption(new Option('--timeout <SECONDS>', 'longest silence of the server').argParser(secondsAbove0).default(5))
    .addOption(
      new Option('--clients <N>', 'number of concurrent clients').argParser(integer(2, MAX_CLIENTS)).default(10),
    )
    .addOption(
      new Option('--max-width <N>', 'widest interval to ask for, in integers').argParser(integer(1, MAX_UINT32)),
    )
    .option('--full', 'also ask for all primes of int32, 420 MB')
    .option('--no-sum', 'for servers that know no sums and close after the primes')
    .option('--greeting', 'the server greets each client with one byte x')
    .addHelpText('after', EXAMPLES);
}

/**
 * What the checks need to know.
 *
 * @param options - as commander has read them
 */
export function settingsOf(options: CheckOptions): CheckSettings {
  return {
    seed: options.seed,
    timeoutMs: Math.ceil(options.timeout * 1000),
    clients: options.clients,
    sum: options.sum,
    greeting: options.greeting ?? false,
    maxWidth: options.maxWidth,
    full: options.full ?? false,
  };
}

function address(text: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && host !== '' && port >= 1 && port <= 65_535) return { host, port };
  throw new InvalidArgumentError('It must be HOST:PORT, such as 127.0.0.1:65432 or [::1]:65432.');
}

function integer(least: number, greatest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`It must be an integer from ${least} to ${greatest}.`);
  };
}

function secondsAbove0(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= MAX_TIMEOUT_S) return value;
  throw new InvalidArgumentError(`It must be a number above 0, at most ${MAX_TIMEOUT_S}.`);
}
