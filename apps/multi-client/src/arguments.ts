/** The command line. Bad usage is one line on stderr, and no client starts. */
import { DEFAULT_HOST, DEFAULT_PORT, type Interval } from '@concurrent-primes/client';
import { type Console, createProgram, hostName, port, seconds, wholeNumber } from '@concurrent-primes/harness/terminal';
import { MAX_INT32, MIN_INT32 } from '@concurrent-primes/sieve';
import { Argument, type Command, Option } from 'commander';
import { addLoadOptions, type CommonOptions, loadSettings, type LoadSettings } from './load/load-options.ts';

/** What to run. */
export interface Settings {
  /** One interval for each client; none under load. */
  readonly intervals: readonly Interval[];
  readonly host: string;
  readonly port: number;
  /** What goes to stdout: the table, the same as JSON, or the primes (then the table goes to stderr). */
  readonly output: 'table' | 'json' | 'primes';
  /** Compare answers with our sieve. */
  readonly verify: boolean;
  readonly greeting: boolean;
  readonly sendSum: boolean;
  /** Longest silence of the server, in milliseconds; undefined: no limit. */
  readonly timeoutMs: number | undefined;
  /** A run under load; undefined: a run that lists the clients. */
  readonly load: LoadSettings | undefined;
}

interface Options extends CommonOptions {
  readonly json?: true;
  readonly print?: true;
}

/** More clients than descriptors and local ports usually allow. */
const MAX_CLIENTS = 20_000;

function examples(command: string): string {
  return `
Examples:
  Ten clients, which ask for [100, 200], [1100, 1200], ..., [9100, 9200]:
  $ ${command} 100 200 -t 10

  All primes of int32, compared with our own:
  $ ${command} 0 2147483647 --verify

  The first primes from -10 on:
  $ ${command} -10 1000000 --print | head

  Five clients with the same interval, as JSON:
  $ ${command} 1 9 -t 5 --step 0 --json

  64 clients for ten seconds, one in ten of which reads slowly:
  $ ${command} 100 200 -t 64 --duration 10s \\
      --with slow-reader:10%

  2000 requests a second; fail if one in a hundred takes 50 ms or longer:
  $ ${command} 0 1000000 --intervals uniform:1000 \\
      --rate 2000 --fail-if 'p99>=50ms' --fail-if 'errors>0.1%'

  The highest rate at which 99 % of the requests take less than 20 ms:
  $ ${command} 100 200 --find-max 'p99<20ms'

Exit codes:
  0 all clients were served, 1 some were not, 2 bad usage, 130 interrupted
  Under load: 1 no request was served, an answer was wrong, or no rate holds the
  goal, 3 a --fail-if condition holds`;
}

/**
 * Parses the command line.
 *
 * @param args - without the program's name
 * @param console - receives the help, or the complaint about bad usage
 * @throws CommanderError with `exitCode` 0 after the help, otherwise after bad usage
 */
export function parseArguments(args: readonly string[], console: Pick<Console, 'stdout' | 'stderr' | 'env'>): Settings {
  const command = createCommand(console);
  command.parse(args, { from: 'user' });
  const [min, max] = command.processedArgs as [number, number];
  const options = command.opts<Options>();
  const { address: host, step, greeting = false, sum: sendSum, verify = false, timeout: timeoutMs } = options;
  const interval = [min, max] as const;
  const load = loadSettings(command, interval);
  const clients = options.threads ?? options.clients;
  return {
    intervals: load === undefined ? intervalsOrComplain(command, interval, clients, step) : [],
    host,
    port: options.port,
    output: options.json ? 'json' : options.print ? 'primes' : 'table',
    verify,
    greeting,
    sendSum,
    timeoutMs,
    load,
  };
}

/** What the user has typed to get here, so that the usage line and the examples can be typed again. */
function commandName(env: Console['env']): string {
  return env['npm_lifecycle_event'] === 'multi' ? 'pnpm --filter client run multi' : 'concurrent-primes-multi';
}

function createCommand(console: Pick<Console, 'stdout' | 'stderr' | 'env'>): Command {
  const int32 = wholeNumber(MIN_INT32, MAX_INT32);
  const clients = wholeNumber(1, MAX_CLIENTS);
  const name = commandName(console.env);
  const command = createProgram(name, console)
    .description('Asks a prime service for the primes in [MIN, MAX], with many clients at the same time.')
    .addArgument(new Argument('<MIN>', 'lower bound, int32').argParser(int32))
    .addArgument(new Argument('<MAX>', 'upper bound, int32; it belongs to the interval').argParser(int32))
    .addOption(
      new Option('-t, --clients <N>', 'number of concurrent clients, each on its own connection')
        .argParser(clients)
        .default(1),
    )
    .addOption(new Option('--threads <N>').argParser(clients).conflicts('clients').hideHelp())
    .addOption(
      new Option('-a, --address <HOST>', 'name or address of the server').argParser(hostName).default(DEFAULT_HOST),
    )
    .addOption(new Option('-p, --port <PORT>', 'TCP port of the server').argParser(port).default(DEFAULT_PORT))
    .addOption(new Option('--step <N>', 'distance between the intervals of two clients').argParser(int32).default(1000))
    .option('--json', 'print one JSON document instead of the table; sums are strings')
    .addOption(
      new Option(
        '--print',
        'print the primes on stdout, one a line, as they arrive (lines of several clients mix), and the table on stderr',
      ).conflicts('json'),
    )
    .option('--verify', 'compare every prime with our own sieve; the default under load')
    .option('--no-verify', 'check order and bounds only')
    .option('--greeting', 'expect one byte x from the server first')
    .option('--no-sum', 'close without sending the sum, as older clients do')
    .addOption(
      new Option('--timeout <SECONDS>', 'give up when the server is silent for longer than this').argParser(seconds),
    )
    .addHelpText('after', examples(name));
  addLoadOptions(command);
  return command;
}

function intervalsOrComplain(command: Command, first: Interval, clients: number, step: number): Interval[] {
  try {
    return intervalsOf(first, clients, step);
  } catch (error) {
    return command.error(`error: ${(error as RangeError).message}`);
  }
}

/**
 * Makes the intervals of all clients: client i asks for the first one, moved up by i steps.
 *
 * @throws RangeError if a bound is not an int32
 */
export function intervalsOf([min, max]: Interval, clients: number, step: number): Interval[] {
  return Array.from({ length: clients }, (_, client) => {
    const interval = [min + step * client, max + step * client] as const;
    if (interval.every((bound) => bound >= MIN_INT32 && bound <= MAX_INT32)) return interval;
    throw new RangeError(
      `cannot give client ${client} its interval: bounds must be from ${MIN_INT32} to ${MAX_INT32}, ` +
        `got [${interval.join(', ')}]; use fewer clients or another --step`,
    );
  });
}
