/**
 * One run of a server, from start to exit code: resolve the address, start, say where it listens, wait for a signal,
 * drain, sum up.
 */
import { UsageError } from '@concurrent-primes/harness/terminal';
import { OUTCOMES } from '@concurrent-primes/protocol';
import type { Server } from '@concurrent-primes/server-core';
import { SocketError, formatAddress, resolveHost } from '@concurrent-primes/sockets';
import { type LogFormat, type LogLevel, levelOf, logClient, openLog } from './log.ts';
import type { PrimeServerOptions } from './prime-sessions.ts';
import { firstStopSignal } from './stop-signal.ts';

/** Options of a run in addition to those of the server. */
export interface RunOptions {
  readonly address: string;
  readonly port: number;
  readonly drainTimeoutMs: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Words in parentheses after the address. */
  readonly summary: string;
}

/** Options of the server that the run provides. */
export type RunSupplies = Required<
  Pick<PrimeServerOptions, 'host' | 'port' | 'onNotice' | 'onReport' | 'reportedOutcomes'>
>;

/** In Node's errors for a thread without descriptors (it needs five): they have several types, but one of these texts. */
const NO_DESCRIPTOR = /\bEMFILE\b|too many open files/;

/** Runs a server until it has stopped. */
export async function runServer(start: (supplies: RunSupplies) => Promise<Server>, options: RunOptions): Promise<void> {
  const log = openLog(options.logLevel, options.logFormat);
  // Nobody has to read the server's stdout. An unhandled EPIPE would end the main thread, and the process would wait for
  // its blocked threads for ever. (Before the start: each thread adds listeners, and Node warns about the eleventh.)
  process.stdout.on('error', () => undefined);
  // Before the start: the first threads already serve while the last ones start.
  const signal = firstStopSignal();
  const server = await startAt(start, options, {
    port: options.port,
    reportedOutcomes: OUTCOMES.filter((outcome) => log.isLevelEnabled(levelOf(outcome))),
    onReport: (report) => {
      logClient(log, report);
    },
    onNotice: (text, level) => {
      log[level](text);
    },
  });
  const stopped = signal.then((name) => {
    const seconds = options.drainTimeoutMs / 1000;
    log.info(
      `${name}: finishing the exchanges in progress, for at most ${seconds} s; press Ctrl-C again to exit at once`,
    );
    return server.stop(options.drainTimeoutMs);
  });
  process.stdout.write(`listening on ${formatAddress(server)} (${options.summary})\n`);
  await Promise.race([server.closed, stopped]);
  log.info(describeTally(server.tally()));
}

async function startAt(
  start: (supplies: RunSupplies) => Promise<Server>,
  { address, port }: RunOptions,
  supplies: Omit<RunSupplies, 'host'>,
): Promise<Server> {
  try {
    return await start({ ...supplies, host: await resolveHost(address) });
  } catch (error) {
    if (error instanceof Error && NO_DESCRIPTOR.test(error.message)) {
      const advice = 'raise the limit of descriptors with ulimit -n, or ask for fewer threads';
      throw new UsageError(`cannot start: ${error.message}; ${advice}`);
    }
    if (error instanceof SocketError || (error instanceof Error && 'syscall' in error)) {
      throw new UsageError(`cannot listen on ${address}:${port}: ${error.message}${advice(error)}`);
    }
    throw error;
  }
}

function advice(error: Error): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return '; choose another port with --port, 0 takes a free one';
    case 'EACCES':
      return '; ports below 1024 need more rights, choose another with --port';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return '; --address must be an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0';
    default:
      return '';
  }
}

/** Returns a line with the counters that are not zero. */
function describeTally(tally: Record<string, number>): string {
  const outcomes = OUTCOMES.filter((outcome) => (tally[outcome] ?? 0) > 0);
  const counts = outcomes.map((outcome) => `${outcome} ${tally[outcome] ?? 0}`);
  return [`stopped after ${tally['connections'] ?? 0} connections`, ...counts].join(', ');
}
