/** What a prime server can be given, whatever its architecture, and the sessions that follow from it. */
import type { ServerOptions, SessionSource } from '@concurrent-primes/server-core';
import { PRIME_BYTES } from '@concurrent-primes/protocol';
import { DEFAULT_QUANTUM_BYTES } from '@concurrent-primes/server-select';
import { PrimeTable } from '@concurrent-primes/sieve';
import { fillPrimeTableByThreads } from '@concurrent-primes/sieve/threads';
import { primeSessions } from './prime-session.ts';

export { PRIME_BYTES };

/** The largest quantum, in integers: a turn sends primes of one segment at most, and none has more than this. */
export const MAX_QUANTUM = 81_920;

/** The default quantum, in integers. */
export const DEFAULT_QUANTUM = DEFAULT_QUANTUM_BYTES / PRIME_BYTES;

/** Options that all prime servers share. */
export interface PrimeServerOptions extends Omit<ServerOptions, 'sessions'> {
  /** Send the byte `x` first, as some clients expect; default false. */
  readonly greeting?: boolean;
  /** Refuse intervals of more integers than this; default: no limit. */
  readonly maxWidth?: number;
  /** How to use the prime table; default `lazy`. */
  readonly table?: TableUse;
}

/**
 * How a server uses the table of all primes that its threads share, 72 MB when it is full.
 *
 * - `lazy`: a segment is sieved when it is first needed, and never again
 * - `full`: all segments are sieved on all cores before the server listens
 * - `none`: each thread sieves what it needs each time, in 2 MB
 */
export type TableUse = (typeof TABLE_USES)[number];
export const TABLE_USES = ['lazy', 'full', 'none'] as const;

/**
 * Divides the options into those of the server and the sessions that its threads open.
 *
 * @param options - options of a prime server
 * @param sendBytes - most bytes that a thread hands to one `send(2)`
 */
export async function primeSessionsFor(
  { greeting = false, maxWidth, table = 'lazy', ...server }: PrimeServerOptions,
  sendBytes: number,
): Promise<{ readonly server: Omit<ServerOptions, 'sessions'>; readonly sessions: SessionSource }> {
  // Room for N and one prime at least, also where a turn sends one integer.
  const maxSendBytes = Math.max(sendBytes, 2 * PRIME_BYTES);
  return { server, sessions: primeSessions({ maxSendBytes, greeting, maxWidth, table: await openTable(table) }) };
}

async function openTable(use: TableUse): Promise<PrimeTable['buffer'] | undefined> {
  if (use === 'none') return undefined;
  const table = new PrimeTable();
  if (use === 'full') await fillPrimeTableByThreads(table);
  return table.buffer;
}
