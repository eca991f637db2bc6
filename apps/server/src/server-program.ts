/** The command line of the servers: one command for each architecture of the registry. */
import { DEFAULT_HOST, DEFAULT_PORT, PRIME_CONVERSATION } from '@concurrent-primes/protocol';
import {
  DEFAULT_BACKLOG,
  DEFAULT_DRAIN_TIMEOUT_MS,
  DEFAULT_EVICT_AFTER_MS,
  MAX_BACKLOG,
} from '@concurrent-primes/server-core';
import {
  createProgram,
  hostName,
  listeningPort,
  seconds,
  secondsOrZero,
  wholeNumber,
} from '@concurrent-primes/harness/terminal';
import { type Command, Option } from 'commander';
import { type AdminFlags, adminOf, adminOptions } from './admin-options.ts';
import type { Architecture, Registry } from './architecture.ts';
import { ARCHITECTURES } from './architectures.ts';
import { defaultMaxClients } from './default-max-clients.ts';
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from './log.ts';
import { type PrimeServerOptions, TABLE_USES, type TableUse } from './prime-sessions.ts';
import { type RunOptions, runServer } from './server-run.ts';
import { type WatchFlags, watchOptions, watchingOf } from './watch-options.ts';

const MAX_INT32 = 2 ** 31 - 1;
const INT32_COUNT = 2 ** 32;

const PROGRAM = 'concurrent-primes-server';
/** The column in which the effects of the examples begin. */
const EFFECT_COLUMN = 59;

/** Values of the options that every command has. */
interface CommonFlags extends WatchFlags, AdminFlags {
  readonly address: string;
  readonly port: number;
  readonly maxClients?: number;
  readonly maxClientsPerAddress?: number;
  readonly maxWidth?: number;
  readonly table: TableUse;
  readonly idleTimeout: number;
  readonly firstTimeout: number;
  readonly requestTimeout: number;
  readonly sendTimeout: number;
  readonly minSendRate: number;
  readonly sumTimeout: number;
  readonly evictAfter: number;
  readonly evict: boolean;
  readonly drainTimeout: number;
  readonly backlog: number;
  readonly handover?: string;
  readonly reusePort?: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/**
 * Makes the program.
 *
 * @param registry - architectures that become commands; default: all of them
 */
export function createServerProgram(registry: Registry = ARCHITECTURES): Command {
  const program = createProgram(PROGRAM, process)
    .description('Answers over TCP which primes lie in an interval, with a server of the given architecture.')
    .configureHelp({ showGlobalOptions: true });
  for (const [name, architecture] of Object.entries(registry)) addCommand(program, name, architecture);
  return program;
}

function addCommand(program: Command, name: string, architecture: Architecture): void {
  const command = program.command(name).description(architecture.description);
  for (const option of [...commonOptions(), ...architecture.options]) command.addOption(option);
  command.addHelpText('after', `\nExamples:\n${examples(name, architecture)}`).action((flags: CommonFlags) =>
    runServer((supplied) => architecture.start({ ...serverOptions(architecture, flags), ...supplied }, flags), {
      ...runOptions(flags),
      summary: architecture.summary(flags),
    }),
  );
}

function examples(name: string, architecture: Architecture): string {
  const all = [
    ['', `listen on ${DEFAULT_HOST}:${DEFAULT_PORT}`],
    ['--port 0', 'listen on a free port'],
    ['--admin-port 9464', 'metrics and probes over HTTP'],
    ['--watch', 'show it at work in a browser'],
    ['--watch terminal', 'show it at work in this terminal'],
    ...architecture.examples,
  ] as const;
  return all
    .map(([args, effect]) => {
      const line = `  $ ${PROGRAM} ${name} ${args}`.trimEnd();
      return line.length < EFFECT_COLUMN
        ? line.padEnd(EFFECT_COLUMN) + effect
        : `${line}\n${' '.repeat(EFFECT_COLUMN)}${effect}`;
    })
    .join('\n');
}

function commonOptions(): Option[] {
  const { idle, request, answer, sum } = PRIME_CONVERSATION.phases;
  const option = (flags: string, description: string, parse: (text: string) => number | string): Option =>
    new Option(flags, description).argParser(parse);
  const timeout = (flags: string, description: string, defaultMs: number, parse = seconds): Option =>
    option(flags, description, parse).default(defaultMs, `${defaultMs / 1000}`);
  return [
    option('-a, --address <host>', 'address to listen on', hostName).default(DEFAULT_HOST),
    option('-p, --port <port>', 'port to listen on; 0 takes a free one', listeningPort).default(DEFAULT_PORT),
    option(
      '--max-clients <n>',
      'most clients at the same time; further ones are refused as busy (default: as many as there are descriptors for, ' +
        'with a reserve; ulimit -n shows their number)',
      wholeNumber(1, MAX_INT32),
    ),
    option(
      '--max-clients-per-address <n>',
      'the same for the clients of each address (default: no limit); makes no sense behind a proxy, which is the ' +
        'address of all clients',
      wholeNumber(1, MAX_INT32),
    ),
    option(
      '--max-width <n>',
      'most integers in an interval; wider ones are refused (default: no limit)',
      wholeNumber(1, INT32_COUNT),
    ),
    new Option('--greeting', 'send the byte x to each client first; some existing clients wait for it'),
    new Option(
      '--table <use>',
      'table of primes that all threads share: sieve on first use, all before listening, no table',
    )
      .choices(TABLE_USES)
      .default('lazy'),
    timeout('--idle-timeout <seconds>', 'close connections that stay idle longer than this', idle.timeoutMs),
    timeout(
      '--first-timeout <seconds>',
      'close connections that send nothing for this long after they connect',
      idle.firstTimeoutMs ?? idle.timeoutMs,
    ),
    timeout('--request-timeout <seconds>', 'refuse requests that take longer to arrive', request.timeoutMs),
    timeout('--send-timeout <seconds>', 'drop clients that read nothing for this long', answer.timeoutMs),
    option(
      '--min-send-rate <bytes>',
      'drop clients that read fewer bytes a second than this, averaged over the send timeout',
      wholeNumber(0, MAX_INT32),
    ).default(0, '0: any byte will do'),
    timeout('--sum-timeout <seconds>', 'close connections whose sum takes longer to arrive', sum.timeoutMs),
    timeout(
      '--evict-after <seconds>',
      'when there is no room for a new client, close the longest idle connection, if it is idle for at least this long',
      DEFAULT_EVICT_AFTER_MS,
      secondsOrZero,
    ),
    new Option('--no-evict', 'never close a connection to make room'),
    timeout(
      '--drain-timeout <seconds>',
      'time that running exchanges have to finish after SIGINT or SIGTERM',
      DEFAULT_DRAIN_TIMEOUT_MS,
      secondsOrZero,
    ),
    option(
      '--backlog <n>',
      'most connections that wait in the kernel to be accepted; the kernel has a limit of its own',
      wholeNumber(1, MAX_BACKLOG),
    ).default(DEFAULT_BACKLOG),
    ...adminOptions(),
    new Option(
      '--handover <path>',
      'take the listening socket from the server that offers it at this path, then offer it to the next one',
    ),
    new Option(
      '--reuse-port',
      'share the port with other servers of this user, which have a queue each (SO_REUSEPORT); with port 0 others can join',
    ),
    ...watchOptions(),
    new Option('--log-level <level>', 'what to log on stderr; debug logs every client')
      .choices(LOG_LEVELS)
      .default('info'),
    new Option('--log-format <format>', 'format of the log').choices(LOG_FORMATS).default('text'),
  ];
}

function serverOptions(architecture: Architecture, flags: CommonFlags): Omit<PrimeServerOptions, 'host' | 'port'> {
  const { maxClientsPerAddress, maxWidth } = flags;
  const { maxClients = defaultMaxClients(architecture.descriptors?.(flags)) } = flags;
  return {
    backlog: flags.backlog,
    greeting: flags.greeting ?? false,
    table: flags.table,
    trace: flags.trace,
    firstTimeoutMs: flags.firstTimeout,
    minSendRate: flags.minSendRate,
    evictAfterMs: flags.evict ? flags.evictAfter : Infinity,
    measure: flags.adminPort !== undefined,
    ...(maxClients === undefined ? {} : { maxClients }),
    ...(maxClientsPerAddress === undefined ? {} : { maxClientsPerAddress }),
    ...(maxWidth === undefined ? {} : { maxWidth }),
    timeoutsMs: {
      idle: flags.idleTimeout,
      request: flags.requestTimeout,
      answer: flags.sendTimeout,
      sum: flags.sumTimeout,
    },
  };
}

function runOptions(flags: CommonFlags): Omit<RunOptions, 'summary'> {
  const { address, port, backlog, handover, reusePort = false, logFormat, drainTimeout } = flags;
  // Lines of a log would go through the picture.
  const hasPicture = flags.watch === 'terminal' && process.stderr.isTTY;
  return {
    address,
    port,
    backlog,
    handover,
    reusePort,
    logLevel: hasPicture ? 'silent' : flags.logLevel,
    logFormat,
    drainTimeoutMs: drainTimeout,
    drainDelayMs: flags.drainDelay,
    admin: adminOf(flags),
    recordSlowMs: flags.recordSlow,
    watch: watchingOf(flags),
  };
}
