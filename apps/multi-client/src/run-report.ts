/** The result of a run as data, which the table and the JSON document show. */
import { CountOutOfRangeError, type Interval } from '@concurrent-primes/client';

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

/** Totals of the clients that were served. */
export interface Total {
  readonly clients: number;
  readonly failed: number;
  readonly count: number;
  readonly sum: bigint;
}

/** Tells the two outcomes apart. */
export function isFailed(outcome: Served | Failed): outcome is Failed {
  return 'error' in outcome;
}

/** The reason of a failure, with the option that may help. */
export function messageOf({ error }: Failed): string {
  const isGreeted = error instanceof CountOutOfRangeError && error.suspicion === 'greeting';
  return isGreeted ? `${error.message}; try --greeting` : error.message;
}

/** Adds up a run. */
export function totalOf({ clients }: RunReport): Total {
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
