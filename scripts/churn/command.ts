/**
 * The command line of churn: an hour's worth of clients in a minute or so, over each server. Most behave, some are
 * slow, some babble, some vanish at each step of the conversation; and afterwards each server must be as it was before.
 *
 * Run: `pnpm churn` (200,000 connections over each server), or `pnpm churn --connections 4000 --servers epoll,pool`. It
 * exits with 0 when every good client was served right to the byte, the server's tally agrees with what the clients
 * did, and its memory, descriptors and threads are as they were; else with 1. It looks into /proc, so it needs Linux.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KNOWN_ANSWERS } from '../../packages/fixtures/src/primes.ts';
import { ROOT } from '../lib/workspace.ts';
import { KINDS } from './mix.ts';
import { Reference } from './reference.ts';
import { churn, type Report } from './run.ts';
import { table } from './table.ts';

const MAIN = join(ROOT, 'apps/server/dist/main.js');
const DEFAULT_CONNECTIONS = 200_000;
/** Fewer would not meet the whole zoo. */
const LEAST_CONNECTIONS = 1000;
/** Good clients ask for intervals up to here; the reference takes a few MB for it. */
const REFERENCE_LIMIT = 10_000_000;
const QUIET_TIMEOUT_MS = 10_000;
const PROGRESS_MS = 200;
const MEBIBYTE = 2 ** 20;

/**
 * How far memory may grow after the warm-up: what heaps swing by between two collections, that of the main thread with
 * its log, and one for each thread that serves clients. Over 200,000 connections a leak of 150 bytes a connection is
 * more than that on one thread, and one of 500 bytes on 16.
 */
const SLACK_BYTES = 16 * MEBIBYTE;
const SLACK_BYTES_A_THREAD = 4 * MEBIBYTE;

interface ServerChoice {
  readonly args: readonly string[];
  /** Threads that serve clients. */
  readonly threads: number;
}

const SERVERS: Readonly<Record<string, ServerChoice>> = {
  select: { args: ['select', '--selector', 'select'], threads: 1 },
  poll: { args: ['select', '--selector', 'poll'], threads: 1 },
  epoll: { args: ['select', '--selector', 'epoll'], threads: 1 },
  loops: { args: ['select', '--selector', 'epoll', '--loops', '2'], threads: 2 },
  pool: { args: ['pool', '--threads', '16'], threads: 16 },
};

const USAGE = `Usage: pnpm churn [--connections N] [--servers A,B…]

Sends N connections of mixed kinds through each server and checks that it is afterwards as before.

  --connections N   to each server, at least ${LEAST_CONNECTIONS}; default ${DEFAULT_CONNECTIONS}
  --servers A,B…    some of ${Object.keys(SERVERS).join(', ')}; default all
  --help            show this text

The clients, by the thousand:
${Object.values(KINDS)
  .map(({ perMille, title }) => `${String(perMille).padStart(5)} ${title}`)
  .join('\n')}`;

interface Choice {
  readonly connections: number;
  readonly servers: readonly string[];
}

/** What the command line asks for; undefined for the usage text. */
function readArguments(): Choice | undefined {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: String(DEFAULT_CONNECTIONS) },
      servers: { type: 'string', default: Object.keys(SERVERS).join() },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const connections = Number(values.connections);
  if (!Number.isSafeInteger(connections) || connections < LEAST_CONNECTIONS) {
    throw new TypeError(
      `--connections must be a whole number from ${LEAST_CONNECTIONS}, received ${values.connections}`,
    );
  }
  const servers = values.servers.split(',');
  const unknown = servers.find((name) => !(name in SERVERS));
  if (unknown !== undefined) {
    throw new TypeError(`--servers must be some of ${Object.keys(SERVERS).join(', ')}, received ${unknown}`);
  }
  return { connections, servers };
}

async function runAll({ connections, servers }: Choice): Promise<boolean> {
  if (process.platform !== 'linux') throw new Error(`churn: it looks into /proc, which ${process.platform} has not`);
  const reference = new Reference(REFERENCE_LIMIT);
  const reports = new Map<string, Report>();
  for (const name of servers) {
    const { args, threads } = SERVERS[name]!;
    const progress = new Progress(name, connections);
    const report = await churn({
      command: [process.execPath, MAIN, ...args, '--port', '0'],
      connections,
      widest: KNOWN_ANSWERS.at(-1)!,
      slackBytes: SLACK_BYTES + threads * SLACK_BYTES_A_THREAD,
      quietTimeoutMs: QUIET_TIMEOUT_MS,
      reference,
      onProgress: (made) => {
        progress.show(made);
      },
    });
    progress.clear();
    reports.set(name, report);
    const seconds = (report.elapsedMs / 1000).toFixed(1);
    console.log(`${name.padEnd(7)} ${report.faults.length === 0 ? 'ok    ' : 'FAILED'} ${seconds.padStart(6)} s`);
    for (const fault of report.faults) console.log(`        ${fault}`);
  }
  console.log(`\n${table(reports)}`);
  return [...reports.values()].every(({ faults }) => faults.length === 0);
}

/** A line that is written over and over, where somebody sees it. */
class Progress {
  readonly #name: string;
  readonly #connections: number;
  #shownMs = -Infinity;

  constructor(name: string, connections: number) {
    this.#name = name;
    this.#connections = connections;
  }

  show(made: number): void {
    const nowMs = performance.now();
    if (!process.stdout.isTTY || nowMs < this.#shownMs + PROGRESS_MS) return;
    this.#shownMs = nowMs;
    process.stdout.write(`\r${this.#name.padEnd(7)} ${made} of ${this.#connections} connections`);
  }

  clear(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  }
}

try {
  const choice = readArguments();
  if (choice === undefined) console.log(USAGE);
  else process.exitCode = (await runAll(choice)) ? 0 : 1;
} catch (error) {
  if (error instanceof TypeError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
