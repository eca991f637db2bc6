/**
 * `lab faults`: what goes wrong around a server, one thing at a time, while good clients use it. A table says what they saw
 * and what has stayed behind.
 */
import { StartFailure, whyNoProc } from '@concurrent-primes/harness';
import {
  EXIT_FAILED,
  EXIT_INTERRUPTED,
  EXIT_OK,
  formatEstimate,
  LiveLine,
  secondsUpTo,
  tableLines,
  UsageError,
} from '@concurrent-primes/harness/terminal';
import { ARCHITECTURES, type Registry, variantsOf } from '@concurrent-primes/server/architectures';
import { Argument, type Command, Option } from 'commander';
import { parseServers, type ServerSpec } from '../compare/servers/server-spec.ts';
import type { LabConsole } from '../lab-console.ts';
import type { Fault } from './fault.ts';
import { runFault } from './fault-run.ts';
import { FAULTS } from './faults.ts';
import { faultsJson } from './faults-json.ts';
import { type FaultRow, faultsTable } from './faults-table.ts';

const DEFAULT_MS = 2000;
const MAX_SECONDS = 3600;
/** Measured on two cores, for the announcement: start, warm-up and end of a server. */
const FIXED_MS = 3000;

interface Options {
  readonly servers: string;
  /** In milliseconds. */
  readonly seconds: number;
  readonly format: 'text' | 'json';
}

/** What a test replaces. */
export interface FaultsSources {
  readonly faults?: Readonly<Record<string, Fault>>;
  readonly registry?: Registry;
}

const EXAMPLES = `
Examples:
  All faults, over all servers:
  $ concurrent-primes-lab faults

  Two faults over two servers, for 5 seconds each:
  $ concurrent-primes-lab faults idle-crowd cut-readers --servers select,pool:64 --seconds 5

  An option of the server after a +:
  $ concurrent-primes-lab faults log-flood --servers epoll+log-level=silent

  For programs:
  $ concurrent-primes-lab faults --format json

Columns:
  requests  answers that good clients received, right to the byte
  failed    requests that failed, or had no answer 5 s after the last one was due
  refused   requests that fail rightly in this fault: a limit refuses them, or a
            restart
  slowest   longest time of a request from when it was due
  fds, threads, MiB, conns
            descriptors, threads, memory and connections in excess of their level
            before the fault, when the server has had 5 s to be rid of them
  exit      exit code of the server
  SIGTERM   time that it took to obey SIGTERM

Exit code:
  0 no good client saw a failure, nothing stayed behind, and the server ended as
  it should; 1 something was wrong; 2 bad usage; 130 interrupted. Needs Linux (/proc).`;

/**
 * Adds the command.
 *
 * @param sources - faults and servers; default: all of them
 */
export function addFaultsCommand(
  program: Command,
  console: LabConsole,
  { faults = FAULTS, registry = ARCHITECTURES }: FaultsSources = {},
): void {
  const names = Object.keys(faults);
  const servers = variantsOf(registry).map(({ name }) => name);
  program
    .command('faults')
    .description('Makes faults around our servers: what do good clients see, and what stays behind?')
    .addArgument(new Argument('[FAULT...]', 'faults to make (default: all of them)').choices(names))
    .option('--servers <names>', 'servers as in lab compare, separated by commas', servers.join(','))
    .addOption(
      new Option('--seconds <n>', 'time of each fault').argParser(secondsUpTo(MAX_SECONDS)).default(DEFAULT_MS, '2'),
    )
    .addOption(new Option('--format <format>', 'format of the results').choices(['text', 'json']).default('text'))
    .addHelpText('after', () => {
      const rows = Object.entries(faults).map(([name, { title }]) => [`  ${name}`, title]);
      return `\nFaults:\n${tableLines(rows, { left: 2 }).join('\n')}\n${EXAMPLES}`;
    })
    .action(async (chosen: readonly string[], options: Options) => {
      const entries = Object.entries(faults).filter(([name]) => chosen.length === 0 || chosen.includes(name));
      console.finish(await runAll(entries, serversOf(options, registry), options, console));
    });
}

function serversOf({ servers }: Options, registry: Registry): ServerSpec[] {
  try {
    return parseServers(servers, registry);
  } catch (error) {
    throw new UsageError((error as RangeError).message);
  }
}

async function runAll(
  faults: readonly (readonly [name: string, fault: Fault])[],
  servers: readonly ServerSpec[],
  { seconds: durationMs, format }: Options,
  console: LabConsole,
): Promise<number> {
  const { stdout, stderr, env, interrupt } = console;
  const missing = whyNoProc();
  if (missing !== undefined) throw new UsageError(`cannot make faults: ${missing}`);
  const estimateMs = servers.length * faults.length * (FIXED_MS + durationMs);
  stderr.write(`this takes about ${formatEstimate(estimateMs)}\n`);
  const results = new Map<string, FaultRow[]>();
  using line = new LiveLine(stderr, { env });
  for (const server of servers) {
    const rows: FaultRow[] = [];
    results.set(server.name, rows);
    for (const [at, [name, fault]] of faults.entries()) {
      line.show(`${server.name}: ${name} (${at + 1} of ${faults.length})`);
      const outcome = await outcomeOf(fault, server, durationMs, interrupt).catch((error: unknown) => {
        line.clear();
        return exitCodeOf(error, console);
      });
      if (typeof outcome === 'number') return outcome;
      rows.push({ name, fault, outcome });
    }
    line.clear();
    if (format === 'text') stdout.write(`${faultsTable(server.name, rows)}\n`);
  }
  if (format === 'json') stdout.write(faultsJson(results, durationMs));
  const isFine = [...results.values()]
    .flat()
    .every(({ outcome }) => 'skipped' in outcome || outcome.problems.length === 0);
  return isFine ? EXIT_OK : EXIT_FAILED;
}

async function outcomeOf(
  fault: Fault,
  { start, threads = 1, threadPerClient = false }: ServerSpec,
  durationMs: number,
  signal: AbortSignal,
): Promise<FaultRow['outcome']> {
  signal.throwIfAborted();
  const skipped = fault.whyNot?.();
  if (skipped !== undefined) return { skipped };
  if (!('program' in start)) throw new UsageError('cannot make faults: the server must be one of ours, got a command');
  return await runFault({ fault, args: start.args, threads, threadPerClient, durationMs, signal });
}

/** The exit code after an error that isn't the program's own; throws others. */
function exitCodeOf(error: unknown, { stderr, interrupt }: LabConsole): number {
  if (interrupt.aborted) return EXIT_INTERRUPTED;
  if (!(error instanceof StartFailure)) throw error;
  stderr.write(`error: ${error.message}\n`);
  return EXIT_FAILED;
}
