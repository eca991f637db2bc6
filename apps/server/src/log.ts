/** The server's log, on stderr: text for people, or one JSON object a line for programs. */
import { type ExchangeReport, type Outcome, errorFor } from '@concurrent-primes/protocol';
import type { ClientReport } from '@concurrent-primes/server-core';
import { type Logger, destination, pino } from 'pino';
import pretty from 'pino-pretty';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

const STDERR = 2;

/** Normal ends of an exchange: logged only where every client is. */
const ORDINARY: ReadonlySet<Outcome> = new Set(['served', 'no-sum', 'probe']);

/** Opens the log. It writes synchronously, so that the last lines before the process ends are not lost. */
export function openLog(level: LogLevel, format: LogFormat): Logger {
  const stream =
    format === 'json'
      ? destination({ dest: STDERR, sync: true })
      : pretty({
          destination: STDERR,
          sync: true,
          colorize: process.stderr.isTTY,
          translateTime: 'HH:MM:ss.l',
          ignore: 'pid,hostname,client',
        });
  return pino({ level, base: null }, stream);
}

/** Clients that wait this long for a thread are logged like unusual ones, in milliseconds. */
const LONG_QUEUED_MS = 1000;

/** A wait in the queue that is worth mentioning, in milliseconds. */
const QUEUED_MS = 1;

/**
 * The level at which an exchange is logged.
 *
 * @param outcome - how it ended
 * @param queuedMs - how long its client waited for a thread
 */
export function levelOf(outcome: Outcome, queuedMs = 0): 'info' | 'debug' {
  return ORDINARY.has(outcome) && queuedMs < LONG_QUEUED_MS ? 'debug' : 'info';
}

/** Logs how one exchange ended: who asked for what, what was sent, whether the sum was right, how long it took. */
export function logClient(log: Logger, report: ClientReport<ExchangeReport>): void {
  const { session, client: address, durationMs, queuedMs, thread } = report;
  const fields = { address, ...session, durationMs, queuedMs, thread };
  log[levelOf(session.outcome, queuedMs)]({ client: fields }, describeClient(report));
}

/** One line about one exchange. */
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
