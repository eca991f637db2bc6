/** The options of every server, and their checks at run time. */
import type { ServerOptionValues } from '@concurrent-primes/trace';
import type { SessionReport, SessionSource } from '@concurrent-primes/session';
import type { ListeningSocket } from '@concurrent-primes/sockets';
import { phaseLimits } from './phase-limits.ts';
import type { ClientReport, NoticeLevel } from './server-thread.ts';

/** The longest backlog: some kernels keep only 16 bits of it. */
export const MAX_BACKLOG = 65_535;

/**
 * The default backlog: connections that wait in the kernel until they are accepted. Each kernel silently lowers it to its
 * own limit (listen(2); 4096 on Linux, net.core.somaxconn, and 128 on macOS, kern.ipc.somaxconn). The default is longer,
 * so that this system setting decides: a client that finds the queue full gets no answer and retries after a second.
 */
export const DEFAULT_BACKLOG = MAX_BACKLOG;

/**
 * The default time after which an idle connection may have to make room, in milliseconds: longer than the pause of a
 * client that asks again and again.
 */
export const DEFAULT_EVICT_AFTER_MS = 5000;
/** The greatest limit for each address: what an int32 can count. */
const MAX_PER_ADDRESS = 2 ** 31 - 1;

/** Options of every server. */
export interface ServerOptions<Report extends SessionReport = SessionReport> {
  /** Numeric IPv4 or IPv6 address to listen on. */
  readonly host: string;
  /** TCP port; 0 lets the kernel choose a free one. */
  readonly port: number;
  readonly sessions: SessionSource<Report>;
  /** Connections that may wait in the kernel to be accepted; default {@link DEFAULT_BACKLOG}. */
  readonly backlog?: number;
  /**
   * A listening TCP socket that other processes hold too, now or later; host, port and backlog are not used then. The
   * server takes another descriptor of it, and leaves its queue to the others when it stops. Default: a socket of its own.
   */
  readonly sharedListener?: ListeningSocket;
  /** Connection limit: further clients are refused as busy. Default: no limit. */
  readonly maxClients?: number;
  /**
   * Connection limit of each client address: further clients are refused as busy. Default: no limit. Clients behind a
   * proxy or an address translation have one address.
   */
  readonly maxClientsPerAddress?: number;
  /** Time limits by phase, in milliseconds; default: those that the conversation declares. */
  readonly timeoutsMs?: Readonly<Record<string, number>>;
  /** Time limit before the first byte of a connection, in milliseconds; default: what the conversation declares. */
  readonly firstTimeoutMs?: number;
  /**
   * Bytes a second that a client must take while it is sent an answer, averaged over the time limit of that phase.
   * Default 0: a client must take a byte now and then.
   */
  readonly minSendRate?: number;
  /**
   * When no thread, descriptor or place is left for a new client, connections that have been idle for at least this
   * long are closed, the longest idle first; in milliseconds, `Infinity` for never. Default {@link DEFAULT_EVICT_AFTER_MS}.
   */
  readonly evictAfterMs?: number;
  /** Outcomes to report through `onReport`; default: none. Clients that waited long for a thread are always reported. */
  readonly reportedOutcomes?: readonly string[];
  /** Exchanges that take longer, with the time in a queue, are reported whatever their outcome; default: none. */
  readonly reportSlowerThanMs?: number;
  /** Whether its threads write events, for viewers; default true. */
  readonly trace?: boolean;
  /** Whether its threads measure, for {@link Server.measured}; default false. */
  readonly measure?: boolean;
  /** Called in the main thread for each exchange to report. */
  onReport?(report: ClientReport<Report>): void;
  /** Called in the main thread with a message for the server's log. */
  onNotice?(text: string, level: NoticeLevel): void;
}

const OPTION_NAMES: readonly (keyof ServerOptions)[] = [
  'host',
  'port',
  'sessions',
  'backlog',
  'sharedListener',
  'maxClients',
  'maxClientsPerAddress',
  'timeoutsMs',
  'firstTimeoutMs',
  'minSendRate',
  'evictAfterMs',
  'reportedOutcomes',
  'reportSlowerThanMs',
  'trace',
  'measure',
  'onReport',
  'onNotice',
];

/**
 * Checks the options of a server at run time, before anything is opened.
 *
 * @param ownNames - names of the options that only this architecture has
 * @throws TypeError for an unknown option; RangeError for a value out of range
 */
export function checkServerOptions(options: ServerOptions, ownNames: readonly string[]): void {
  const known: readonly string[] = [...OPTION_NAMES, ...ownNames];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`cannot start a server: its options are ${known.join(', ')}, got ${unknown}`);
  }
  phaseLimits(options.sessions.phases, options);
  const { evictAfterMs = DEFAULT_EVICT_AFTER_MS } = options;
  if (!(evictAfterMs >= 0)) {
    throw new RangeError(`cannot start a server: evictAfterMs must be at least 0, got ${evictAfterMs}`);
  }
  checkInteger('maxClients', options.maxClients ?? 1, 1);
  checkInteger('maxClientsPerAddress', options.maxClientsPerAddress ?? 1, 1, MAX_PER_ADDRESS);
  checkInteger('backlog', options.backlog ?? 1, 1, MAX_BACKLOG);
}

/** Checks a numeric option of a server; throws a RangeError if the value is not an integer in the range. */
export function checkInteger(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new RangeError(`cannot start a server: ${name} must be an integer ${range}, got ${value}`);
}

/**
 * Returns the options of a server that its events tell: those of any architecture, and those of the sessions that are
 * plain values.
 *
 * @param options - options of the server
 */
export function plainOptions({ maxClients, backlog = DEFAULT_BACKLOG, sessions }: ServerOptions): ServerOptionValues {
  const own = Object.entries((sessions.options ?? {}) as Readonly<Record<string, unknown>>);
  const plain = own.filter((one): one is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof one[1]),
  );
  return { ...Object.fromEntries(plain), backlog, ...(maxClients !== undefined && { maxClients }) };
}
