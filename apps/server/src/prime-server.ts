/** Both servers with the prime service in them: what the commands run and what the contract suite tests. */
import type { Server, ServerOptions, SessionSource } from '@concurrent-primes/server-core';
import { POOL_SEND_BYTES, startPoolServer } from '@concurrent-primes/server-pool';
import { DEFAULT_QUANTUM_BYTES, startSelectServer } from '@concurrent-primes/server-select';
import { PrimeTable } from '@concurrent-primes/sieve';
import { fillPrimeTableByThreads } from '@concurrent-primes/sieve/threads';
import type { SelectorKind } from '@concurrent-primes/sockets';
import { primeSessions } from './prime-session.ts';

/** A prime is an int32 on the wire. */
const PRIME_BYTES = 4;

/** The largest quantum, in integers: a turn sends primes of one segment at most, and none has more than this. */
export const MAX_QUANTUM = 81_920;

/** The quantum, in integers, when nothing else is said. */
export const DEFAULT_QUANTUM = DEFAULT_QUANTUM_BYTES / PRIME_BYTES;

/** What both prime servers can be given. */
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
 * - `lazy`: a segment is sieved when somebody first needs it, and never again
 * - `full`: all of it is sieved by all cores before the server listens
 * - `none`: each thread sieves what it needs each time, in 2 MB
 */
export type TableUse = (typeof TABLE_USES)[number];
export const TABLE_USES = ['lazy', 'full', 'none'] as const;

/** What the select server can be given. */
export interface PrimeSelectOptions extends PrimeServerOptions {
  readonly selector?: SelectorKind;
  /**
   * The most integers that one turn sends to one client, at least 1. Default: {@link DEFAULT_QUANTUM}, and
   * {@link MAX_QUANTUM} where nobody else is ready.
   */
  readonly quantum?: number;
  /** Loop threads that share the port, each with its own clients; default 1. */
  readonly loops?: number;
}

/** What the pool can be given. */
export interface PrimePoolOptions extends PrimeServerOptions {
  readonly threads?: number;
  readonly queueCapacity?: number;
}

/** Starts the select server for primes. */
export async function startPrimeSelectServer(options: PrimeSelectOptions): Promise<Server> {
  const quantum = options.quantum ?? DEFAULT_QUANTUM;
  const quantumAlone = options.quantum ?? MAX_QUANTUM;
  const quanta = { quantumBytes: quantum * PRIME_BYTES, quantumAloneBytes: quantumAlone * PRIME_BYTES };
  return startSelectServer({ ...options, ...quanta, sessions: await sessionsFor(options, quanta.quantumAloneBytes) });
}

/** Starts the pool for primes. */
export async function startPrimePoolServer(options: PrimePoolOptions): Promise<Server> {
  return startPoolServer({ ...options, sessions: await sessionsFor(options, POOL_SEND_BYTES) });
}

async function sessionsFor(options: PrimeServerOptions, sendBytes: number): Promise<SessionSource> {
  const { greeting = false, maxWidth, table = 'lazy' } = options;
  // Room for N and one prime at least, also where a turn sends one integer.
  const maxSendBytes = Math.max(sendBytes, 2 * PRIME_BYTES);
  return primeSessions({ maxSendBytes, greeting, maxWidth, table: await openTable(table) });
}

async function openTable(use: TableUse): Promise<PrimeTable['buffer'] | undefined> {
  if (use === 'none') return undefined;
  const table = new PrimeTable();
  if (use === 'full') await fillPrimeTableByThreads(table);
  return table.buffer;
}
