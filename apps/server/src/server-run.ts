/**
 * One run of a server, from start to exit code: resolve the address, start, say where it listens, wait for a signal,
 * drain, sum up.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { OutsideError, UsageError } from '@concurrent-primes/harness/terminal';
import { OUTCOMES } from '@concurrent-primes/protocol';
import { type Server, ThreadError } from '@concurrent-primes/server-core';
import { type ListeningSocket, SocketError, formatAddress, listen, resolveHost } from '@concurrent-primes/sockets';
import type { Logger } from 'pino';
import type { OpenAdmin } from './admin-options.ts';
import { FlightRecorder } from './flight-recorder.ts';
import { Handover } from './handover.ts';
import { inheritedSocket } from './inherited-socket.ts';
import { type LogFormat, type LogLevel, levelOf, logClient, openLog } from './log.ts';
import type { PrimeServerOptions } from './prime-sessions.ts';
import { POST_DRAIN, RunState } from './run-state.ts';
import { ServiceNotices } from './service-notices.ts';
import { firstStopSignal, onReportSignal } from './stop-signal.ts';
import type { BeginWatching } from './watch-options.ts';

/** Options of a run in addition to those of the server. */
export interface RunOptions {
  readonly address: string;
  readonly port: number;
  readonly backlog: number;
  /** Where the server before this one hands over its listening socket, and this one to the next; undefined for nowhere. */
  readonly handover?: string | undefined;
  /** Other servers may listen on the port with a socket, and a queue, of their own. */
  readonly reusePort: boolean;
  readonly drainTimeoutMs: number;
  /** Time between the end of readiness and the drain, in which the server serves new clients. */
  readonly drainDelayMs: number;
  /** Opens the admin port; undefined if nobody wants one. */
  readonly admin?: OpenAdmin | undefined;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Words in parentheses after the address. */
  readonly summary: string;
  /** Begins to watch the server; undefined if nobody wants to. */
  readonly watch?: BeginWatching | undefined;
  /** What happened last is written to a file when a request takes longer than this; undefined for no limit. */
  readonly recordSlowMs?: number | undefined;
}

/** Options of the server that the run provides. */
export type RunSupplies = Required<
  Pick<PrimeServerOptions, 'host' | 'port' | 'onNotice' | 'onReport' | 'reportedOutcomes' | 'reportSlowerThanMs'>
> &
  Pick<PrimeServerOptions, 'sharedListener'>;

/** Why a server stops whose listening socket another one has taken. */
const HANDED_OVER = 'handed over';

/** In Node's errors for a thread without descriptors (it needs five): they have several types, but one of these texts. */
const NO_DESCRIPTOR = /\bEMFILE\b|too many open files/;

/** Runs a server until it has stopped. */
export async function runServer(start: (supplies: RunSupplies) => Promise<Server>, options: RunOptions): Promise<void> {
  const inherited = inheritedSocket();
  if (inherited !== undefined && options.handover !== undefined) {
    throw new UsageError('cannot use --handover: the service manager keeps the listening socket, and passes it on');
  }
  if (inherited !== undefined && options.reusePort) {
    throw new UsageError('cannot use --reuse-port: the service manager has opened the listening socket');
  }
  await using opened = openLog(options.logLevel, options.logFormat);
  const { logger: log } = opened;
  using notices = new ServiceNotices((text) => {
    log.warn(text);
  });
  // Nobody has to read the server's stdout. An unhandled EPIPE would end the main thread, and the process would wait for
  // its blocked threads for ever. (Before the start: each thread adds listeners, and Node warns about the eleventh.)
  process.stdout.on('error', () => undefined);
  // Before the start: the first threads already serve while the last ones start.
  const run = new RunState(opened);
  const signal = firstStopSignal({ cut: () => void run.server?.stop(0) });
  void signal.then((name) => {
    run.askToStop(name);
  });
  await using admin = await options.admin?.(run);
  /** Exchanges can end before the recorder is there. */
  const flights: FlightRecorder[] = [];
  using handover = options.handover === undefined ? undefined : await Handover.take(options.handover);
  const { server, offered } = await startAt(start, options, inherited, handover, {
    port: options.port,
    reportedOutcomes: OUTCOMES.filter((outcome) => log.isLevelEnabled(levelOf(outcome))),
    reportSlowerThanMs: options.recordSlowMs ?? Infinity,
    onReport: (report) => {
      logClient(log, report);
      for (const recorder of flights) recorder.noteExchange(report);
    },
    onNotice: (text, level) => {
      log[level](text);
    },
  });
  run.server = server;
  await using watched = await options
    .watch?.(server, (error) => {
      log.warn(`the recording ends here: ${error.message}`);
    })
    .catch(async (error: unknown) => {
      await server.stop(0);
      throw error;
    });
  // Before the first line: from then on somebody may send a signal.
  using recorder = new FlightRecorder(server, log, { watched, slowMs: options.recordSlowMs });
  flights.push(recorder);
  const ending = new AbortController();
  onReportSignal(() => {
    logTally(log, server.tally(), 'SIGUSR1: until now');
  }, ending.signal);
  using kept = offered;
  if (kept !== undefined) await handover?.serving(kept);
  process.stdout.write(`listening on ${formatAddress(server)} (${options.summary})\n`);
  notices.ready(`listening on ${formatAddress(server)}`);
  if (inherited !== undefined) log.info('the listening socket is that of the service manager');
  if (handover?.listener !== undefined) log.info(`took the listening socket over at ${options.handover!}`);
  if (!isLoopback(server.host)) {
    log.warn(`other machines can reach ${formatAddress(server)}: everybody is served, without encryption or login`);
  }
  if (admin !== undefined) {
    process.stdout.write(`admin port at ${admin.url}\n`);
    if (!isLoopback(new URL(admin.url).hostname.replace(/^\[|\]$/g, ''))) {
      log.warn(`other machines can reach ${admin.url}: everybody can read the metrics and stop the server`);
    }
  }
  if (watched?.url !== undefined) process.stdout.write(`watch it at ${watched.url}\n`);
  const readerLeft = watched?.showInTerminal(ending.signal)?.then(() => {
    // Otherwise the picture has ended because the run does.
    if (!ending.signal.aborted) run.askToStop('q');
    return run.stopAsked;
  });
  void handover?.handedOver.then(() => {
    run.askToStop(HANDED_OVER);
  });
  const stopAsked = readerLeft === undefined ? run.stopAsked : Promise.race([run.stopAsked, readerLeft]);
  const stopped = stopAsked.then(async (cause) => {
    await drainDelay(cause, { log, options, ending });
    notices.stopping('finishing the exchanges in progress');
    kept?.close();
    return server.stop(options.drainTimeoutMs, { leavesQueue: inherited !== undefined || handover?.isGiven === true });
  });
  await Promise.race([server.closed, stopped]).catch(async (error: unknown) => {
    ending.abort();
    await recorder.noteFailure();
    throw withAdvice(error);
  });
  // A server that was cut in its drain delay has nothing to wait for.
  ending.abort();
  logTally(log, server.tally(), 'stopped after');
}

/** Serves new clients for the drain delay, and says that the drain begins. */
async function drainDelay(
  cause: string,
  { log, options, ending }: { readonly log: Logger; readonly options: RunOptions; readonly ending: AbortController },
): Promise<void> {
  const { drainDelayMs, drainTimeoutMs } = options;
  const again = cause === POST_DRAIN ? '' : '; press Ctrl-C again to exit at once';
  if (drainDelayMs > 0) {
    log.info(`${cause}: no longer ready, but serving new clients for ${drainDelayMs / 1000} s${again}`);
    await delay(drainDelayMs, undefined, { signal: ending.signal });
  }
  ending.abort();
  log.info(`${cause}: finishing the exchanges in progress, for at most ${drainTimeoutMs / 1000} s${again}`);
}

/** The server, and the listening socket that it offers to the next one, if it does. */
interface Started {
  readonly server: Server;
  readonly offered: ListeningSocket | undefined;
}

async function startAt(
  start: (supplies: RunSupplies) => Promise<Server>,
  { address, port, backlog, reusePort }: RunOptions,
  inherited: ListeningSocket | undefined,
  handover: Handover | undefined,
  supplies: Omit<RunSupplies, 'host'>,
): Promise<Started> {
  try {
    const host = await resolveHost(address);
    if (handover === undefined && inherited === undefined && !reusePort) {
      return { server: await start({ ...supplies, host }), offered: undefined };
    }
    const shared = inherited ?? handover?.listener ?? listen({ host, port, backlog, reusePort });
    const server = await start({ ...supplies, host, sharedListener: shared });
    if (handover !== undefined) return { server, offered: shared };
    shared.close(); // the server has a descriptor of its own
    return { server, offered: undefined };
  } catch (error) {
    if (error instanceof ThreadError) throw withAdvice(error);
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
    case 'EINVAL':
      return '; a link-local address needs its network interface, such as fe80::1%eth0';
    case 'ENODEV':
      return '; the part behind % must be a network interface: ip link lists them';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return '; --address must be an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0';
    default:
      return '';
  }
}

/** Turns the lack of a thread or of memory into an error that is one line. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof ThreadError)) return error;
  return error.lack === 'thread'
    ? new UsageError(`${error.message}; raise the limit of threads with ulimit -u, or ask for fewer threads`)
    : new OutsideError(`${error.message}; the server has ended`);
}

/** Whether only this machine can reach a numeric address. */
function isLoopback(host: string): boolean {
  return host === '::1' || host.replace(/^::ffff:/, '').startsWith('127.');
}

/** Logs the counters: all of them for programs, those that are not zero for people. */
function logTally(log: Logger, tally: Record<string, number>, when: string): void {
  const outcomes = OUTCOMES.filter((outcome) => (tally[outcome] ?? 0) > 0);
  const counts = outcomes.map((outcome) => `${outcome} ${tally[outcome] ?? 0}`);
  log.info({ counters: tally }, [`${when} ${tally['connections'] ?? 0} connections`, ...counts].join(', '));
}
