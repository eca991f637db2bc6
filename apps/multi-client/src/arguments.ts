/** The command line: what can be said, and what is meant by it. Bad usage is one line, and none of it starts a client. */
import { DEFAULT_HOST, DEFAULT_PORT, type Interval } from '@concurrent-primes/client';
import { MAX_INT32, MIN_INT32 } from '@concurrent-primes/sieve';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { intervalsOf } from './intervals.ts';
import { addLoadOptions, loadSettings, type LoadSettings } from './load/options.ts';

/** What the user wants. */
export interface Settings {
  /** One a client; none under load. */
  readonly intervals: readonly Interval[];
  readonly host: string;
  readonly port: number;
  /** What stands on stdout: the table, the same as JSON, or the primes (and the table on stderr). */
  readonly output: 'table' | 'json' | 'primes';
  /** Compare with our own sieve. */
  readonly verify: boolean;
  readonly greeting: boolean;
  readonly sendSum: boolean;
  /** How long a server may be silent, in milliseconds; undefined: for ever. */
  readonly timeoutMs: number | undefined;
  /** To measure under load instead; undefined: the lecture's run. */
  readonly load: LoadSettings | undefined;
}

/** Where commander puts the help, and complaints. */
export interface Outlets {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What commander makes of the options. */
interface Options {
  readonly threads: number;
  readonly address: string;
  readonly port: number;
  readonly step: number;
  readonly json?: true;
  readonly print?: true;
  readonly verify?: boolean;
  readonly greeting?: true;
  readonly sum: boolean;
  readonly timeout?: number;
}

/** More clients than descriptors and local ports usually allow. */
const MAX_CLIENTS = 20_000;
/** The longest delay of a Node timer is 2^31 - 1 ms. */
const MAX_TIMEOUT_S = 2_000_000;

const EXAMPLES = `
Examples:
  Ten clients, which ask for [100, 200], [1100, 1200], ..., [9100, 9200]:
  $ concurrent-primes-multi 100 200 -t 10

  All primes of int32, compared with our own:
  $ concurrent-primes-multi 0 2147483647 --verify

  The first primes from -10 on, themselves:
  $ concurrent-primes-multi -10 1000000 --print | head

  Five times the same, for a program:
  $ concurrent-primes-multi 1 9 -t 5 --step 0 --json

  64 clients for ten seconds, every tenth of which reads slowly:
  $ concurrent-primes-multi 100 200 -t 64 --duration 10s --with slow-reader:10%

  2000 requests a second, fail if one in a hundred waits for 50 ms or more:
  $ concurrent-primes-multi 0 1000000 --intervals uniform:1000 --rate 2000 \\
      --fail-if 'p99>=50ms' --fail-if 'errors>0.1%'

  How many can it do?
  $ concurrent-primes-multi 100 200 --find-max 'p99<20ms'

Exit code:
  0 all clients were served, 1 some were not, 2 bad usage, 130 interrupted
  Under load: 1 nothing was served, an answer was wrong, or no rate holds the
  goal, 3 a --fail-if holds`;

/**
 * Reads the command line.
 *
 * @param args - what stands behind the program's name
 * @param outlets - where the help goes, or what is wrong with the usage
 * @throws CommanderError with `exitCode` 0 after the help, otherwise after bad usage
 */
export function parseArguments(args: readonly string[], outlets: Outlets): Settings {
  const command = createCommand(outlets);
  command.parse(args, { from: 'user' });
  const [min, max] = command.processedArgs as [number, number];
  const options = command.opts<Options>();
  const { address: host, port, step, greeting = false, sum: sendSum, verify } = options;
  const timeoutMs = options.timeout === undefined ? undefined : Math.ceil(options.timeout * 1000);
  const clients = command.getOptionValueSource('threads') === 'default' ? undefined : options.threads;
  const interval = [min, max] as const;
  const load = loadSettings(command, { interval, step, clients, host, port, greeting, sendSum, timeoutMs, verify });
  return {
    intervals: load === undefined ? intervalsOrComplain(command, interval, options) : [],
    host,
    port,
    output: options.json ? 'json' : options.print ? 'primes' : 'table',
    verify: verify ?? false,
    greeting,
    sendSum,
    timeoutMs,
    load,
  };
}

function createCommand({ out, err }: Outlets): Command {
  const int32 = integer(MIN_INT32, MAX_INT32);
  const command = new Command('concurrent-primes-multi')
    .description('Asks a prime service for the primes in [MIN, MAX], with many clients at the same time.')
    .addArgument(new Argument('<MIN>', 'lower bound, int32').argParser(int32))
    .addArgument(new Argument('<MAX>', 'upper bound, int32; it belongs to the interval').argParser(int32))
    .addOption(
      new Option('-t, --threads <N>', 'how many clients at once; each is a connection of its own')
        .argParser(integer(1, MAX_CLIENTS))
        .default(1),
    )
    .addOption(new Option('-a, --address <HOST>', "the server's name or address").default(DEFAULT_HOST))
    .addOption(
      new Option('-p, --port <PORT>', "the server's TCP port").argParser(integer(1, 65_535)).default(DEFAULT_PORT),
    )
    .addOption(
      new Option('--step <N>', "how far each client's interval lies above the one before")
        .argParser(int32)
        .default(1000),
    )
    .option('--json', 'one JSON document instead of the table; sums are strings')
    .addOption(
      new Option(
        '--print',
        "the primes on stdout, one a line, as they come (clients' lines mix); the table on stderr",
      ).conflicts('json'),
    )
    .option('--verify', 'compare every prime with our own sieve; under load the default')
    .option('--no-verify', 'believe what ascends and lies in the interval')
    .option('--greeting', 'the server greets with one byte x')
    .option('--no-sum', 'close without sending the sum, as older clients do')
    .addOption(new Option('--timeout <SECONDS>', 'give up when the server is silent for so long').argParser(seconds))
    .addHelpText('after', EXAMPLES)
    .configureOutput({ writeOut: out, writeErr: err, getOutHelpWidth: () => 80, getErrHelpWidth: () => 80 })
    .exitOverride();
  addLoadOptions(command, integer);
  return command;
}

function intervalsOrComplain(command: Command, first: Interval, { threads, step }: Options): Interval[] {
  try {
    return intervalsOf(first, threads, step);
  } catch (error) {
    return command.error(`error: ${(error as RangeError).message}`);
  }
}

function integer(least: number, greatest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`It must be an integer from ${least} to ${greatest}.`);
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= MAX_TIMEOUT_S) return value;
  throw new InvalidArgumentError(`It must be a number above 0, at most ${MAX_TIMEOUT_S}.`);
}
