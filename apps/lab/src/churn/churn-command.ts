/**
 * `lab churn`: hours of clients in a minute, over each of our servers. Most behave, some are slow, some send garbage, some
 * vanish at each step of the conversation. Afterwards each server must hold what it held before.
 */
import { KNOWN_ANSWERS } from '@concurrent-primes/conformance';
import { StartFailure, whyNoProc } from '@concurrent-primes/harness';
import {
  EXIT_FAILED,
  EXIT_INTERRUPTED,
  EXIT_OK,
  formatEstimate,
  listOf,
  LiveLine,
  tableLines,
  UsageError,
  wholeNumber,
} from '@concurrent-primes/harness/terminal';
import {
  ARCHITECTURES,
  argumentsOf,
  type NamedVariant,
  type Registry,
  SERVER_PROGRAM,
  variantsOf,
} from '@concurrent-primes/server/architectures';
import { type Command, Option } from 'commander';
import type { LabConsole } from '../lab-console.ts';
import { KINDS } from './churn-mix.ts';
import { type ChurnReport, runChurn } from './churn-run.ts';
import { churnTable } from './churn-table.ts';
import { ReferenceAnswers } from './reference-answers.ts';

const DEFAULT_CONNECTIONS = 200_000;
/** Fewer would not include the whole zoo. */
const LEAST_CONNECTIONS = 1000;
const MOST_CONNECTIONS = 1_000_000_000;
/** Good clients ask for intervals up to here; the reference needs a few MB for it. */
const REFERENCE_LIMIT = 10_000_000;
const QUIET_TIMEOUT_MS = 10_000;
const PROGRESS_MS = 200;
/** Measured on two cores, for the announcement: connections a second, and the time of the rest. */
const CONNECTIONS_A_SECOND = 2500;
const FIXED_MS = 3000;
const MEBIBYTE = 2 ** 20;

/**
 * How far memory may grow after the warm-up: the difference that heaps make between two collections, for the main thread
 * with its log, and for each thread that serves clients. Over 200,000 connections, a leak of 210 bytes a connection
 * exceeds that on one thread, and one of 840 bytes on 16.
 */
const SLACK_BYTES = 16 * MEBIBYTE;
const SLACK_BYTES_A_THREAD = 4 * MEBIBYTE;

interface Options {
  readonly connections: number;
  readonly servers: readonly string[];
}

export function addChurnCommand(program: Command, console: LabConsole, registry: Registry = ARCHITECTURES): void {
  const variants = new Map(variantsOf(registry).map((variant) => [variant.name, variant]));
  const names = [...variants.keys()];
  program
    .command('churn')
    .description('Sends connections of mixed kinds through our servers, and checks that nothing is left behind.')
    .option(
      '--connections <n>',
      'number of connections to each server',
      wholeNumber(LEAST_CONNECTIONS, MOST_CONNECTIONS),
      DEFAULT_CONNECTIONS,
    )
    .addOption(
      new Option('--servers <names>', `some of ${names.join(', ')}, separated by commas`)
        .argParser(listOf(names))
        .default(names, 'all'),
    )
    .addHelpText('after', () => {
      const rows = Object.values(KINDS).map(({ perMille, title }) => [`  ${(perMille / 10).toFixed(0)} %`, title]);
      return `
Clients:
${tableLines(rows, { left: 2 }).join('\n')}

Exit code:
  0 every good client was served right to the byte, the server counted what the
  clients did, and its memory, descriptors and threads are at their level before
  the run; 1 something was wrong; 2 bad usage. It needs Linux (/proc).`;
    })
    .action(async ({ connections, servers }: Options) => {
      const chosen = servers.map((name) => variants.get(name)!);
      console.finish(await runAll(chosen, connections, console).catch((error: unknown) => exitCodeOf(error, console)));
    });
}

async function runAll(
  variants: readonly NamedVariant[],
  connections: number,
  { stdout, stderr, env, interrupt }: LabConsole,
): Promise<number> {
  const missing = whyNoProc();
  if (missing !== undefined) throw new UsageError(`cannot run churn: ${missing}`);
  const estimateMs = variants.length * (FIXED_MS + (connections * 1000) / CONNECTIONS_A_SECOND);
  stderr.write(`this takes about ${formatEstimate(estimateMs)}\n`);
  const reference = new ReferenceAnswers(REFERENCE_LIMIT);
  const reports = new Map<string, ChurnReport>();
  for (const variant of variants) {
    const { name, threads } = variant;
    using line = new LiveLine(stdout, { env, everyMs: PROGRESS_MS });
    const report = await runChurn({
      command: [process.execPath, SERVER_PROGRAM, ...argumentsOf(variant), '--port', '0'],
      connections,
      widest: KNOWN_ANSWERS.at(-1)!,
      slackBytes: SLACK_BYTES + (threads?.default ?? 1) * SLACK_BYTES_A_THREAD,
      quietTimeoutMs: QUIET_TIMEOUT_MS,
      reference,
      onProgress: (made) => {
        line.show(() => `${name.padEnd(7)} ${made} of ${connections} connections`);
      },
      signal: interrupt,
    });
    line.clear();
    reports.set(name, report);
    const seconds = (report.elapsedMs / 1000).toFixed(1);
    const lines = [
      `${name.padEnd(7)} ${report.faults.length === 0 ? 'ok    ' : 'FAILED'} ${seconds.padStart(6)} s`,
      ...report.faults.map((fault) => `        ${fault}`),
    ];
    stdout.write(`${lines.join('\n')}\n`);
  }
  stdout.write(`\n${churnTable(reports)}\n`);
  return [...reports.values()].every(({ faults }) => faults.length === 0) ? EXIT_OK : EXIT_FAILED;
}

/** The exit code after an error that isn't the program's own; throws others. */
function exitCodeOf(error: unknown, { stderr, interrupt }: LabConsole): number {
  if (interrupt.aborted) return EXIT_INTERRUPTED;
  if (!(error instanceof StartFailure)) throw error;
  stderr.write(`error: ${error.message}\n`);
  return EXIT_FAILED;
}
