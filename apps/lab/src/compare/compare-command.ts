/** The command line of `lab compare`: arguments, options, and what they mean. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { StartFailure } from '@concurrent-primes/harness';
import {
  decimalNumber,
  EXIT_INTERRUPTED,
  EXIT_OK,
  repeated,
  UsageError,
  wholeNumber,
  wrapWords,
} from '@concurrent-primes/harness/terminal';
import { ARCHITECTURES, type Registry, variantsOf } from '@concurrent-primes/server/architectures';
import { type Command, Option } from 'commander';
import type { LabConsole } from '../lab-console.ts';
import { dataPathOf, measureAll, type MeasureRequest, recordAll, writeReport } from './compare-run.ts';
import { type Comparison, readComparison } from './comparison.ts';
import { joinResults } from './joined-results.ts';
import { findScenario, parseScenario, type Scenario, scenarioNames } from './scenario.ts';
import { checkNames, parseCommand, parseServers } from './servers/server-spec.ts';

/** Option values as commander parses them. */
interface Options {
  readonly servers?: string;
  readonly command: readonly string[];
  readonly rounds?: number;
  readonly seconds?: number;
  readonly warmup?: number;
  readonly seed: number;
  readonly greeting?: true;
  readonly sum: boolean;
  readonly output?: string;
  readonly record?: true;
  readonly list?: true;
  readonly show?: true;
}

/** An argument's meaning: something to measure, or something that was measured. */
type Subject = { readonly scenario: Scenario } | { readonly comparison: Comparison };

const NO_SERVERS = 'none';
const MAX_UINT32 = 2 ** 32 - 1;
const MAX_ROUNDS = 100;
const MAX_SECONDS = 3600;

/** Names and descriptions of all servers. */
function serversHelp(registry: Registry): string {
  const lines = variantsOf(registry).flatMap(({ name, threads, description }) =>
    wrapWords(description(threads?.default ?? 1), `  ${threads === undefined ? name : `${name}:N`}`.padEnd(12)),
  );
  return `
Servers:
${lines.join('\n')}
  :N sets the number of threads; the descriptions have the default.
  After a + comes an option of the server: epoll+quantum=256
`;
}

const EXAMPLES = `
Examples:
  $ concurrent-primes-lab compare lecture
  $ concurrent-primes-lab compare slow-network -s epoll,pool:5,pool:64 --record
  $ concurrent-primes-lab compare reconnect --command 'python3 server.py {port}'
  $ concurrent-primes-lab compare lecture --show > mine.json
  $ concurrent-primes-lab compare mine.json
  $ concurrent-primes-lab compare monday.json friday.json

Exit code:
  0    measured
  1    a server ended or sent wrong answers
  2    bad usage, or a server that can't be started
  130  interrupted; the report then has the complete turns`;

export function addCompareCommand(program: Command, console: LabConsole, registry: Registry = ARCHITECTURES): void {
  program
    .command('compare')
    .description('Measures servers with identical clients and explains the differences in an HTML report.')
    .argument('[WHAT...]', 'a scenario (see --list), a JSON file with a scenario or a result, or two results')
    .option('-s, --servers <LIST>', `servers, such as epoll,pool:5,net; ${NO_SERVERS}: only those of --command`)
    .addOption(
      new Option('--command <COMMAND>', 'start any server by this shell command; {port} stands for its port')
        .argParser(repeated(String))
        .default([] as readonly string[], 'none'),
    )
    .option('--rounds <N>', 'number of turns of each server', wholeNumber(1, MAX_ROUNDS))
    .option('--seconds <S>', 'measured time of a turn', decimalNumber(0.1, MAX_SECONDS))
    .option('--warmup <S>', 'warm-up of a turn', decimalNumber(0, MAX_SECONDS))
    .option('--seed <N>', "random seed of the clients' requests and the order of turns", wholeNumber(0, MAX_UINT32), 1)
    .option('--greeting', 'the servers greet with one byte x')
    .option('--no-sum', 'clients close without sending the sum')
    .option('-o, --output <FILE>', 'path of the report; its data are beside it (default: a new file in lab-reports)')
    .option('--record', 'record each of our servers once more, and link the findings to what happened')
    .option('--list', 'list the scenarios')
    .option('--show', 'print the scenario as JSON, to start your own from')
    .addHelpText('after', serversHelp(registry) + EXAMPLES)
    .action(async (names: readonly string[], options: Options) => {
      console.finish(await compare(names, options, console, registry));
    });
}

async function compare(
  names: readonly string[],
  options: Options,
  console: LabConsole,
  registry: Registry,
): Promise<number> {
  const { stdout, interrupt } = console;
  if (options.list === true) {
    for (const name of scenarioNames()) stdout.write(`${name.padEnd(17)}${findScenario(name)!.title}\n`);
    return EXIT_OK;
  }
  const [subject, other, ...more] = names.map((name) => orUsageError(() => find(name)));
  if (subject === undefined || more.length > 0) {
    throw new UsageError(`cannot compare: give a scenario or two results, got ${names.length} names (see --list)`);
  }
  if (options.show === true && 'scenario' in subject) {
    stdout.write(`${JSON.stringify(subject.scenario, null, 2)}\n`);
    return EXIT_OK;
  }
  const { output } = options;
  const overwritten = output === undefined ? undefined : names.find((name) => resolve(name) === dataPathOf(output));
  // A report that is made again from one result has the same data, so that these may be overwritten.
  if (overwritten !== undefined && (other !== undefined || 'scenario' in subject)) {
    throw new UsageError(
      `cannot write the report: its data must not overwrite ${overwritten}, which is being read; give --output another name`,
    );
  }
  if (other !== undefined) {
    if ('scenario' in subject || 'scenario' in other) {
      throw new UsageError('cannot compare two files: both must be results, got a scenario');
    }
    const joined = orUsageError(() => joinResults(subject.comparison, other.comparison));
    return writeReport(joined, output, console);
  }
  if ('comparison' in subject) return writeReport(subject.comparison, output, console);
  const request = orUsageError(() => requestOf(subject.scenario, options, registry));
  try {
    const comparison = await measureAll(request, console);
    const recorded = options.record === true ? await recordAll(request, registry, console) : [];
    return writeReport(comparison, output, console, recorded);
  } catch (error) {
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    if (error instanceof StartFailure || error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function requestOf(scenario: Scenario, options: Options, registry: Registry): MeasureRequest {
  const { servers = scenario.servers, command, rounds, seconds, warmup, seed, greeting = false, sum } = options;
  const specs = [...(servers === NO_SERVERS ? [] : parseServers(servers, registry)), ...command.map(parseCommand)];
  checkNames(specs);
  if (specs.length === 0) throw new RangeError('cannot compare: there must be at least one server, got none');
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

/** A built-in scenario by its name, or the content of a file. */
function find(name: string): Subject {
  const scenario = findScenario(name);
  if (scenario !== undefined) return { scenario };
  if (!name.endsWith('.json')) {
    throw new RangeError(
      `cannot find the scenario: it must be a JSON file or one of ${scenarioNames().join(', ')}, got ${name}`,
    );
  }
  const json: unknown = JSON.parse(readFileSync(name, 'utf8'));
  const comparison = readComparison(json);
  return comparison === undefined ? { scenario: parseScenario(json) } : { comparison };
}

function orUsageError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
