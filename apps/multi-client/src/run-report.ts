/** The progress and the result of a run: as data, as a line, as a table and as a JSON document. */
import { CountOutOfRangeError, type Interval } from '@concurrent-primes/client';
import { tableLines } from '@concurrent-primes/harness/terminal';
import { PRIME_BYTES } from '@concurrent-primes/protocol';

/** Counted by the run. */
export interface Progress {
  /** Clients whose exchange has ended. */
  done: number;
  /** Clients that have received N, or have ended without it. The others may wait in the server's queue. */
  begun: number;
  /** Primes that all clients have received. */
  primes: number;
}

/** The result of one client. */
export interface ClientReport {
  /** Its number, from 0. */
  readonly client: number;
  readonly interval: Interval;
  /** Number of primes received; all of them if the client was served. */
  readonly received: number;
  readonly outcome: Served | Failed;
}

/** The client has received the whole answer and found nothing wrong. */
export interface Served {
  readonly sum: bigint;
  /** From sending the request to having sent the sum, in milliseconds. */
  readonly elapsedMs: number;
}

/** The client has failed. */
export interface Failed {
  readonly error: Error;
}

/** The result of all clients. */
export interface RunReport {
  /** The server's `host:port`. */
  readonly address: string;
  readonly clients: readonly ClientReport[];
  /** From the first request to the end of the last client, in milliseconds. */
  readonly elapsedMs: number;
}

/** Tells the two outcomes apart. */
export function isFailed(outcome: Served | Failed): outcome is Failed {
  return 'error' in outcome;
}

/**
 * Says what a run waits for.
 *
 * @param clients - number of clients
 * @param elapsedMs - time since the run began
 */
export function progressText({ done, begun, primes }: Readonly<Progress>, clients: number, elapsedMs: number): string {
  const queued = begun < clients ? ` (${clients - begun} not begun)` : '';
  const megabytesPerSecond = ((primes * PRIME_BYTES) / 1e6 / (elapsedMs / 1000)).toFixed(1);
  return `waiting for ${clients - done} of ${clients} answers${queued}, ${primes} primes, ${megabytesPerSecond} MB/s`;
}

/** The reason of a failure, with the option that may help. */
function messageOf({ error }: Failed): string {
  const isGreeted = error instanceof CountOutOfRangeError && error.suspicion === 'greeting';
  return isGreeted ? `${error.message}; try --greeting` : error.message;
}

/** Adds up the clients that were served. */
function totalOf({ clients }: RunReport) {
  let [failed, count, sum] = [0, 0, 0n];
  for (const { received, outcome } of clients) {
    if (isFailed(outcome)) failed++;
    else {
      count += received;
      sum += outcome.sum;
    }
  }
  return { clients: clients.length, failed, count, sum };
}

/** Writes a run as a table: a line for each client and a total, in 80 columns even for the widest interval. */
export function renderTable(report: RunReport): string {
  const { clients, failed, count, sum } = totalOf(report);
  const who = `${clients} ${clients === 1 ? 'client' : 'clients'}${failed > 0 ? `, ${failed} failed` : ''}`;
  const rows = [
    ['client', 'interval', 'primes', 'sum', 'time'],
    ...report.clients.map(rowOf),
    ['total', who, String(count), String(sum), formatTime(report.elapsedMs)],
  ];
  return tableLines(rows, { left: 0 })
    .map((line) => `${line}\n`)
    .join('');
}

/** A duration: `0.4 ms`, `99.9 ms`, `1.25 s`. */
export function formatTime(durationMs: number): string {
  return durationMs < 999.95 ? `${durationMs.toFixed(1)} ms` : `${(durationMs / 1000).toFixed(2)} s`;
}

/** All columns, or the first two and the reason of a failure. */
function rowOf({ client, interval: [min, max], received, outcome }: ClientReport): string[] {
  const interval = `[${min}, ${max}]`;
  if (!isFailed(outcome)) {
    return [String(client), interval, String(received), String(outcome.sum), formatTime(outcome.elapsedMs)];
  }
  const after = received > 0 ? ` (after ${received} primes)` : '';
  return [String(client), interval, `${messageOf(outcome)}${after}`];
}

/**
 * Writes a run as JSON. Sums are strings, because they pass 2^53; times are milliseconds. A client that failed has an
 * `error` in place of `count`, `sum` and `elapsedMs`, and does not count in the total.
 */
export function renderJson(report: RunReport): string {
  const { sum, ...total } = totalOf(report);
  const document = {
    address: report.address,
    clients: report.clients.map(({ client, interval, received, outcome }) => ({
      client,
      interval,
      ...(isFailed(outcome)
        ? { received, error: { name: outcome.error.name, message: messageOf(outcome) } }
        : { count: received, sum: String(outcome.sum), elapsedMs: roundToMicros(outcome.elapsedMs) }),
    })),
    total: { ...total, sum: String(sum), elapsedMs: roundToMicros(report.elapsedMs) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function roundToMicros(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}
