/** Options of all prime servers, and the sessions that follow from them. */
import { type ExchangeReport, PRIME_BYTES, type ServerPhase } from '@concurrent-primes/protocol';
import type { ServerOptions } from '@concurrent-primes/server-core';
import { DEFAULT_QUANTUM_BYTES } from '@concurrent-primes/server-select';
import type { SessionSource } from '@concurrent-primes/session';
import { PrimeTable } from '@concurrent-primes/sieve';
import { fillPrimeTableByThreads } from '@concurrent-primes/sieve/threads';
import { primeSessions } from './prime-session.ts';

export { PRIME_BYTES };

/** The largest quantum, in integers: a turn sends primes of one segment at most, and no segment has more. */
export const MAX_QUANTUM = 81_920;

/** The default quantum, in integers. */
export const DEFAULT_QUANTUM = DEFAULT_QUANTUM_BYTES / PRIME_BYTES;

/** Options that all prime servers share. */
export interface PrimeServerOptions extends Omit<ServerOptions<ExchangeReport>, 'sessions' | 'timeoutsMs'> {
  /** Time limits by phase, in milliseconds; default: those of the protocol. */
  readonly timeoutsMs?: Partial<Readonly<Record<ServerPhase, number>>>;
  /** Send the byte `x` first, for clients that wait for it; default false. */
  readonly greeting?: boolean;
  /** Refuse intervals with more integers than this; default: no limit. */
  readonly maxWidth?: number;
  /** How to use the prime table; default `lazy`. */
  readonly table?: TableUse;
}

/**
 * How a server uses the table of all primes that its threads share, 72 MB when it is full.
 *
 * - `lazy`: each segment is sieved once, when it is first needed
 * - `full`: all segments are sieved on all cores before the server listens
 * - `none`: each thread sieves what it needs each time, in 2 MB
 */
export type TableUse = (typeof TABLE_USES)[number];
export const TABLE_USES = ['lazy', 'full', 'none'] as const;

/** Options of a server, with the prime service as its conversation. */
export type PrimeServer = ServerOptions<ExchangeReport>;

/**
 * Converts the options of a prime server to those of a server.
 *
 * @param options - options that all prime servers share
 */
export async function withPrimeSessions({
  greeting = false,
  maxWidth,
  table = 'lazy',
  ...server
}: PrimeServerOptions): Promise<PrimeServer> {
  const sessions: SessionSource<ExchangeReport> = primeSessions({ greeting, maxWidth, table: await openTable(table) });
  return { ...server, sessions };
}

async function openTable(use: TableUse): Promise<PrimeTable['buffer'] | undefined> {
  if (use === 'none') return undefined;
  const table = new PrimeTable();
  if (use === 'full') await fillPrimeTableByThreads(table);
  return table.buffer;
}
