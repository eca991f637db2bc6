/** The command line of `lab compare`: what can be said, and what is meant by it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT_FAILED, EXIT_INTERRUPTED } from '../exit-codes.ts';
import { StartFailure } from '../process/server-process.ts';
import type { CommandSurroundings } from '../surroundings.ts';
import { type Comparison, readComparison } from './results.ts';
import { dataPathOf, measureAll, writeReport } from './run.ts';
import { findScenario, parseScenario, type Scenario, scenarioNames } from './scenario.ts';
import { parseCommand, parseServers, refuseTwins, type ServerSpec } from './servers/spec.ts';
import { joinResults } from './two-results.ts';

/** What commander makes of the options. */
interface Options {
  readonly servers?: string;
  readonly command: readonly ServerSpec[];
  readonly rounds?: number;
  readonly seconds?: number;
  readonly warmup?: number;
  readonly seed: number;
  readonly greeting?: true;
  readonly sum: boolean;
  readonly output?: string;
  readonly list?: true;
  readonly show?: true;
}

/** What was named: something to measure, or something measured before. */
type Named = { readonly scenario: Scenario } | { readonly comparison: Comparison };

const NO_SERVERS = 'none';
const MAX_UINT32 = 2 ** 32 - 1;
const MAX_ROUNDS = 100;
const MAX_SECONDS = 3600;

const EXAMPLES = `
Servers:
  select, poll, epoll   one thread for all clients, by the call it waits in
  loops:N               N such threads, with epoll, which share the port
  pool:N                N threads, each serves one client at a time
  net                   Node's own event loop and node:net
  Behind a + stands an option of the server: epoll+quantum=256

Examples:
  $ concurrent-primes-lab compare lecture
  $ concurrent-primes-lab compare slow-network -s epoll,pool:5,pool:64
  $ concurrent-primes-lab compare churn --command 'python3 server.py {port}'
  $ concurrent-primes-lab compare lecture --show > mine.json
  $ concurrent-primes-lab compare mine.json
  $ concurrent-primes-lab compare monday.json friday.json

Exit code:
  0 measured, 1 a server ended or answered wrongly, 2 bad usage or a server that
  can't be started, 130 interrupted (the report then has the whole turns)`;

/**
 * Adds the subcommand.
 *
 * @param program - which it becomes a part of
 * @param surroundings - of the process
 */
export function addCompareCommand(program: Command, surroundings: CommandSurroundings): void {
  program
    .command('compare')
    .description('Measures servers with the same clients, and explains in what they differ and why: an HTML report.')
    .argument('[WHAT...]', 'a scenario (see --list), a scenario of your own or a result as JSON file, or two results')
    .option('-s, --servers <LIST>', `which servers, such as epoll,pool:5,net; ${NO_SERVERS}: only those of --command`)
    .addOption(
      new Option('--command <COMMAND>', "anyone's server, by the command that starts it; {port} stands for the port")
        .argParser((text, before: readonly ServerSpec[]) => [...before, complained(() => parseCommand(text))])
        .default([] as readonly ServerSpec[], 'none'),
    )
    .option('--rounds <N>', 'how often each server has its turn', number(1, MAX_ROUNDS, true))
    .option('--seconds <S>', 'measured time of a turn', number(0.1, MAX_SECONDS))
    .option('--warmup <S>', 'warm-up of a turn', number(0, MAX_SECONDS))
    .option('--seed <N>', "of the clients' choices and the order of turns", number(0, MAX_UINT32, true), 1)
    .option('--greeting', 'the servers greet with one byte x')
    .option('--no-sum', 'clients close without sending the sum')
    .option('-o, --output <FILE>', 'the report; its data go beside it (default: a new file in lab-reports)')
    .option('--list', 'list the scenarios')
    .option('--show', 'print the scenario as JSON, to begin one of your own with')
    .addHelpText('after', EXAMPLES)
    .action(async (what: readonly string[], options: Options, command: Command) => {
      surroundings.finish(await compare(what, options, command, surroundings));
    });
}

async function compare(
  what: readonly string[],
  options: Options,
  command: Command,
  surroundings: CommandSurroundings,
): Promise<number> {
  const { stdout, stderr, interrupt } = surroundings;
  if (options.list === true) {
    for (const name of scenarioNames()) stdout.write(`${name.padEnd(17)}${findScenario(name)!.title}\n`);
    return 0;
  }
  const [named, other, ...more] = what.map((name) => orComplain(command, () => find(name)));
  if (named === undefined || more.length > 0) {
    return command.error(`error: must be told a scenario or two results, received ${what.length} (see --list)`);
  }
  if (options.show === true && 'scenario' in named) {
    stdout.write(`${JSON.stringify(named.scenario, null, 2)}\n`);
    return 0;
  }
  const { output } = options;
  const overwritten = output === undefined ? undefined : what.find((name) => resolve(name) === dataPathOf(output));
  // A report that is written anew has the same data: those may be written again.
  if (overwritten !== undefined && (other !== undefined || 'scenario' in named)) {
    return command.error(
      `error: output: its data would overwrite ${overwritten}, which was read; it must have another name`,
    );
  }
  if (other !== undefined) {
    if ('scenario' in named || 'scenario' in other) return command.error('error: two must be results, not scenarios');
    const joined = orComplain(command, () => joinResults(named.comparison, other.comparison));
    return writeReport(joined, options.output, surroundings);
  }
  if ('comparison' in named) return writeReport(named.comparison, options.output, surroundings);
  const order = orComplain(command, () => orderOf(named.scenario, options));
  try {
    return writeReport(await measureAll(order, surroundings), options.output, surroundings);
  } catch (error) {
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    if (error instanceof StartFailure || error instanceof RangeError) return command.error(`error: ${error.message}`);
    stderr.write(`concurrent-primes-lab: ${(error as Error).stack ?? String(error)}\n`);
    return EXIT_FAILED;
  }
}

function orderOf(scenario: Scenario, options: Options): Parameters<typeof measureAll>[0] {
  const { servers = scenario.servers, command, rounds, seconds, warmup, seed, greeting = false, sum } = options;
  const specs = [...(servers === NO_SERVERS ? [] : parseServers(servers)), ...command];
  refuseTwins(specs);
  if (specs.length === 0) throw new RangeError('servers: must be at least one, received none');
  return {
    scenario: {
      ...scenario,
      rounds: rounds ?? scenario.rounds,
      seconds: seconds ?? scenario.seconds,
      warmupSeconds: warmup ?? scenario.warmupSeconds,
    },
    servers: specs,
    seed,
    dialect: { greeting, sendSum: sum },
  };
}

/** A built-in scenario by its name, or what stands in a file. */
function find(name: string): Named {
  const scenario = findScenario(name);
  if (scenario !== undefined) return { scenario };
  if (!name.endsWith('.json')) {
    throw new RangeError(`scenario: must be a file or one of ${scenarioNames().join(', ')}, received ${name}`);
  }
  const json: unknown = JSON.parse(readFileSync(name, 'utf8'));
  const comparison = readComparison(json);
  return comparison === undefined ? { scenario: parseScenario(json) } : { comparison };
}

/** What can't be used is bad usage, in one line. */
function orComplain<T>(command: Command, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return command.error(`error: ${(error as Error).message}`);
  }
}

function complained<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function number(min: number, max: number, isWhole = false): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It must be a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}.`);
  };
}
