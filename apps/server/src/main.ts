#!/usr/bin/env node
/** The command line of the servers. */
import { DEFAULT_HOST, DEFAULT_PORT } from '@concurrent-primes/protocol';
import { DEFAULT_BACKLOG, DEFAULT_DRAIN_TIMEOUT_MS, DEFAULT_TIME_LIMITS } from '@concurrent-primes/server-core';
import { DEFAULT_QUEUE_CAPACITY, DEFAULT_THREADS } from '@concurrent-primes/server-pool';
import { MAX_LOOPS } from '@concurrent-primes/server-select';
import type { SelectorKind } from '@concurrent-primes/sockets';
import { Command, CommanderError, Option } from 'commander';
import { hostName, seconds, secondsOrZero, wholeNumber } from './flags.ts';
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from './log.ts';
import {
  DEFAULT_QUANTUM,
  MAX_QUANTUM,
  type PrimeServerOptions,
  TABLE_USES,
  type TableUse,
  startPrimePoolServer,
  startPrimeSelectServer,
} from './prime-server.ts';
import { EXIT_USAGE, type RunOptions, UsageError, run } from './run.ts';

const MAX_PORT = 65_535;
const MAX_INT32 = 2 ** 31 - 1;
const INT32_COUNT = 2 ** 32;

/** What both commands take. */
interface CommonFlags {
  readonly address: string;
  readonly port: number;
  readonly maxClients?: number;
  readonly maxWidth?: number;
  readonly greeting?: true;
  readonly table: TableUse;
  readonly idleTimeout: number;
  readonly requestTimeout: number;
  readonly sendTimeout: number;
  readonly sumTimeout: number;
  readonly drainTimeout: number;
  readonly backlog: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

interface SelectFlags extends CommonFlags {
  readonly selector: SelectorKind;
  readonly quantum?: number;
  readonly loops: number;
}

interface PoolFlags extends CommonFlags {
  readonly threads: number;
  readonly queue: number;
}

const program = new Command('concurrent-primes-server')
  .description(
    'Answers over TCP which primes lie in an interval, in one of several ways of writing a concurrent server.',
  )
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

withCommonFlags(program.command('select'))
  .description('one thread serves all clients: select(2), poll(2) or epoll(7) tells who is ready')
  .addOption(
    new Option('--selector <kind>', 'the system call that waits for readiness')
      .choices(['select', 'poll', 'epoll'])
      .default('select'),
  )
  .option(
    '--quantum <n>',
    'the most integers that one turn sends to one client; 1 shows every turn as a 4-byte send ' +
      `(default: ${DEFAULT_QUANTUM}, and ${MAX_QUANTUM} while nobody else is ready)`,
    wholeNumber(1, MAX_QUANTUM),
  )
  .option(
    '--loops <n>',
    'threads with a loop each, which share the port and divide the clients',
    wholeNumber(1, MAX_LOOPS),
    1,
  )
  .addHelpText(
    'after',
    `
Examples:
  $ concurrent-primes-server select                        listen on ${DEFAULT_HOST}:${DEFAULT_PORT}
  $ concurrent-primes-server select --port 0               listen on a free port
  $ concurrent-primes-server select --quantum 1            one integer a turn, as in a lecture
  $ concurrent-primes-server select --selector epoll       more than 1000 clients
  $ concurrent-primes-server select --selector epoll --loops 2
                                                           two threads, each with half of the clients
  $ concurrent-primes-server select --log-level debug      a line for each client`,
  )
  .action((flags: SelectFlags) => {
    const { selector, quantum, loops } = flags;
    return run(
      (supplies) => {
        const options = { ...serverOptions(flags), ...supplies, selector, loops };
        return startPrimeSelectServer(quantum === undefined ? options : { ...options, quantum });
      },
      runOptions(flags, `${selector}, ${loops === 1 ? '' : `${loops} loops, `}quantum ${quantum ?? DEFAULT_QUANTUM}`),
    );
  });

withCommonFlags(program.command('pool'))
  .description('each client gets a thread of its own from a pool')
  .option('-t, --threads <n>', 'threads, so many clients are served at once', wholeNumber(1, 1024), DEFAULT_THREADS)
  .option(
    '--queue <n>',
    'accepted clients that may wait for a thread; more wait in the kernel',
    wholeNumber(1, 65_536),
    DEFAULT_QUEUE_CAPACITY,
  )
  .addHelpText(
    'after',
    `
Examples:
  $ concurrent-primes-server pool                          listen on ${DEFAULT_HOST}:${DEFAULT_PORT}
  $ concurrent-primes-server pool --threads 5              five clients at once, the others wait
  $ concurrent-primes-server pool --port 0                 listen on a free port`,
  )
  .action((flags: PoolFlags) => {
    const { threads, queue } = flags;
    return run(
      (supplies) => startPrimePoolServer({ ...serverOptions(flags), ...supplies, threads, queueCapacity: queue }),
      runOptions(flags, `pool, ${threads} ${threads === 1 ? 'thread' : 'threads'}`),
    );
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function withCommonFlags(command: Command): Command {
  const limits = DEFAULT_TIME_LIMITS;
  const timeout = (flags: string, description: string, defaultMs: number): Option =>
    new Option(flags, description).argParser(seconds).default(defaultMs, `${defaultMs / 1000}`);
  return command
    .option('-a, --address <host>', 'address to listen on', hostName, DEFAULT_HOST)
    .option('-p, --port <port>', 'port to listen on; 0 takes a free one', wholeNumber(0, MAX_PORT), DEFAULT_PORT)
    .option(
      '--max-clients <n>',
      'refuse more clients at once than this as busy (default: no limit)',
      wholeNumber(1, MAX_INT32),
    )
    .option(
      '--max-width <n>',
      'refuse intervals of more integers than this (default: no limit)',
      wholeNumber(1, INT32_COUNT),
    )
    .option('--greeting', 'send the byte x to each client first, some existing clients wait for it')
    .addOption(
      new Option(
        '--table <use>',
        'the primes that all threads share: sieved when first needed, all before the start, none',
      )
        .choices(TABLE_USES)
        .default('lazy'),
    )
    .addOption(timeout('--idle-timeout <seconds>', 'close who sends no request for so long', limits.idleTimeoutMs))
    .addOption(
      timeout('--request-timeout <seconds>', 'refuse who takes longer for a whole request', limits.requestTimeoutMs),
    )
    .addOption(
      timeout('--send-timeout <seconds>', 'cut who takes no byte of the answer for so long', limits.sendTimeoutMs),
    )
    .addOption(timeout('--sum-timeout <seconds>', 'close who has not sent the whole sum by then', limits.sumTimeoutMs))
    .addOption(
      new Option('--drain-timeout <seconds>', 'on SIGINT or SIGTERM, let those in service finish for so long')
        .argParser(secondsOrZero)
        .default(DEFAULT_DRAIN_TIMEOUT_MS, `${DEFAULT_DRAIN_TIMEOUT_MS / 1000}`),
    )
    .option(
      '--backlog <n>',
      'connections that may wait in the kernel, as far as it allows',
      wholeNumber(1, 65_535),
      DEFAULT_BACKLOG,
    )
    .addOption(
      new Option('--log-level <level>', 'what to log on stderr; debug shows every client')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .addOption(new Option('--log-format <format>', 'how to log').choices(LOG_FORMATS).default('text'));
}

function serverOptions(flags: CommonFlags): Omit<PrimeServerOptions, 'host' | 'port'> {
  const { maxClients, maxWidth } = flags;
  return {
    backlog: flags.backlog,
    greeting: flags.greeting ?? false,
    table: flags.table,
    ...(maxClients === undefined ? {} : { maxClients }),
    ...(maxWidth === undefined ? {} : { maxWidth }),
    limits: {
      idleTimeoutMs: flags.idleTimeout,
      requestTimeoutMs: flags.requestTimeout,
      sendTimeoutMs: flags.sendTimeout,
      sumTimeoutMs: flags.sumTimeout,
    },
  };
}

function runOptions(flags: CommonFlags, description: string): RunOptions {
  const { address, port, logLevel, logFormat } = flags;
  return { address, port, logLevel, logFormat, drainTimeoutMs: flags.drainTimeout, description };
}

/** The exit code of a failure that commander has shown already, or that is shown here. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    return EXIT_USAGE;
  }
  process.stderr.write(
    `error: the server failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}
