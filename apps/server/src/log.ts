/** The server's log on stderr: text, or one JSON object per line. */
import { type ExchangeReport, type Outcome, errorFor } from '@concurrent-primes/protocol';
import { type ClientReport, LONG_QUEUED_MS } from '@concurrent-primes/server-core';
import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { LogFile } from './log-file.ts';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The descriptor of the log. */
export const STDERR = 2;

/** Outcomes that are logged only at level debug: normal ones, and those of health checks and probes. */
const ORDINARY: ReadonlySet<Outcome> = new Set(['served', 'no-sum', 'probe', 'early-end']);

/** At the end the last records may take this long to leave, in milliseconds. */
export const LAST_WORDS_MS = 1000;

/** An open log. */
export interface Log extends AsyncDisposable {
  readonly logger: Logger;
  /** Number of records that were lost since the start. */
  readonly lostRecords: number;
}

/** Opens the log on stderr. It never blocks; see `log-file.ts`. */
export function openLog(level: LogLevel, format: LogFormat): Log {
  const file = new LogFile(STDERR, {
    onLost: (records) => {
      logger.warn({ lost: records }, `${records} records of this log are lost: stderr took no more`);
    },
  });
  const lineOf =
    format === 'json'
      ? (record: string) => record
      : prettyFactory({
          colorize: process.stderr.isTTY,
          translateTime: 'HH:MM:ss.l',
          ignore: 'pid,hostname,client,lost,counters',
        });
  const logger = pino(
    { level, base: null },
    {
      write: (record: string) => {
        file.write(lineOf(record));
      },
    },
  );
  return {
    logger,
    get lostRecords() {
      return file.lostRecords;
    },
    [Symbol.asyncDispose]: () => file.close(LAST_WORDS_MS),
  };
}

/** Shortest wait in the queue that is logged, in milliseconds. */
const QUEUED_MS = 1;

/**
 * Returns the level at which an exchange is logged.
 *
 * @param outcome - outcome of the exchange
 * @param queuedMs - time that the client waited for a thread, in milliseconds
 */
export function levelOf(outcome: Outcome, queuedMs = 0): 'info' | 'debug' {
  return ORDINARY.has(outcome) && queuedMs < LONG_QUEUED_MS ? 'debug' : 'info';
}

/** Logs an exchange: client, interval, answer, sum, duration and outcome. */
export function logClient(log: Logger, report: ClientReport<ExchangeReport>): void {
  const { session, client: address, durationMs, queuedMs, thread } = report;
  const fields = { address, ...session, durationMs, queuedMs, thread };
  log[levelOf(session.outcome, queuedMs)]({ client: fields }, describeClient(report));
}

/** Describes an exchange in one line. */
export function describeClient({
  client,
  durationMs,
  queuedMs,
  thread,
  session,
}: ClientReport<ExchangeReport>): string {
  const { outcome, interval, count, bytesSent, sum } = session;
  const why = errorFor(session);
  return [
    `${client} ${interval === undefined ? 'no request' : `[${interval[0]}, ${interval[1]}]`}`,
    count === undefined ? 'no N' : `N ${count}`,
    `${bytesSent} B`,
    sum === undefined ? 'no sum due' : `sum ${sum}`,
    ...(queuedMs < QUEUED_MS ? [] : [`${(queuedMs / 1000).toFixed(2)} s in the queue`]),
    `${durationMs.toFixed(1)} ms`,
    thread,
    why === undefined ? outcome : `${outcome}: ${why.message}`,
  ].join(', ');
}
