/** The server's log, on stderr: text for people, or a JSON object a line for programs. */
import { errorFor, type ExchangeReport, type Outcome } from '@concurrent-primes/protocol';
import type { ClientReport } from '@concurrent-primes/server-core';
import { type Logger, destination, pino } from 'pino';
import pretty from 'pino-pretty';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

const STDERR = 2;

/** How a client's exchange normally ends: worth a line for who watches every client. */
const ORDINARY: ReadonlySet<Outcome> = new Set(['served', 'no-sum', 'probe']);

/** Opens the log. It writes synchronously, so that the last lines before the end are not lost. */
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

/** The level at which an outcome is logged. */
export function levelOf(outcome: Outcome): 'info' | 'debug' {
  return ORDINARY.has(outcome) ? 'debug' : 'info';
}

/** Logs how one exchange ended: who asked what, what was sent, what came of the sum, how long it took. */
export function logClient(log: Logger, report: ClientReport): void {
  const exchange = report.session as ExchangeReport;
  const fields = { address: report.client, ...exchange, durationMs: report.durationMs, thread: report.thread };
  log[levelOf(exchange.outcome)]({ client: fields }, describeClient(report));
}

/** One line about one exchange. */
export function describeClient({ client, durationMs, thread, session }: ClientReport): string {
  const { outcome, interval, count, bytesSent, sum } = session as ExchangeReport;
  const asked = interval === undefined ? 'no request' : `[${interval[0]}, ${interval[1]}]`;
  const answered = count === undefined ? 'no N' : `N ${count}`;
  const added = sum === undefined ? 'no sum due' : `sum ${sum}`;
  const why = errorFor(session as ExchangeReport);
  const ending = why === undefined ? outcome : `${outcome}: ${why.message}`;
  return `${client} ${asked}, ${answered}, ${bytesSent} B, ${added}, ${durationMs.toFixed(1)} ms, ${thread}, ${ending}`;
}
