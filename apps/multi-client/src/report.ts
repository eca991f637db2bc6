/** What came of a run, as data: the table and the JSON document are two ways to write it. */
import type { Interval } from '@concurrent-primes/client';

/** What came of one client. */
export interface ClientReport {
  /** Its number, from 0. */
  readonly client: number;
  readonly interval: Interval;
  /** How many primes it received; all of them if there is a `served`. */
  readonly received: number;
  readonly outcome: Served | Failed;
}

/** It has the whole answer, and nothing is wrong with it. */
export interface Served {
  readonly sum: bigint;
  /** From sending the request to having sent the sum, in milliseconds. */
  readonly elapsedMs: number;
}

/** It has not. */
export interface Failed {
  readonly error: Error;
}

/** What came of all of them. */
export interface RunReport {
  /** The server's `host:port`. */
  readonly address: string;
  readonly clients: readonly ClientReport[];
  /** From the first request to the end of the last client, in milliseconds. */
  readonly elapsedMs: number;
}

/** What the clients that were served add up to. */
export interface Total {
  readonly clients: number;
  readonly failed: number;
  readonly count: number;
  readonly sum: bigint;
}

/**
 * Tells the two outcomes apart.
 *
 * @param outcome - of a client
 */
export function isFailed(outcome: Served | Failed): outcome is Failed {
  return 'error' in outcome;
}

/**
 * Adds up a run.
 *
 * @param report - of the run
 */
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
