/** Both servers with the prime service in them: what the commands run and what the contract suite tests. */
import type { Server, ServerOptions } from '@concurrent-primes/server-core';
import { POOL_SEND_BYTES, startPoolServer } from '@concurrent-primes/server-pool';
import { DEFAULT_QUANTUM_BYTES, startSelectServer } from '@concurrent-primes/server-select';
import type { SelectorKind } from '@concurrent-primes/sockets';
import { primeSessions } from './prime-session.ts';

/** A prime is an int32 on the wire. */
const PRIME_BYTES = 4;

/** The quantum, in integers, when nothing else is said. */
export const DEFAULT_QUANTUM = DEFAULT_QUANTUM_BYTES / PRIME_BYTES;

/** What both prime servers can be given. */
export interface PrimeServerOptions extends Omit<ServerOptions, 'sessions'> {
  /** Send the byte `x` first, as some clients expect; default false. */
  readonly greeting?: boolean;
  /** Refuse intervals of more integers than this; default: no limit. */
  readonly maxWidth?: number;
}

/** What the select server can be given. */
export interface PrimeSelectOptions extends PrimeServerOptions {
  readonly selector?: SelectorKind;
  /** The most integers that one turn sends to one client, at least 1; default {@link DEFAULT_QUANTUM}. */
  readonly quantum?: number;
}

/** What the pool can be given. */
export interface PrimePoolOptions extends PrimeServerOptions {
  readonly threads?: number;
  readonly queueCapacity?: number;
}

/** Starts the select server for primes. */
export function startPrimeSelectServer(options: PrimeSelectOptions): Promise<Server> {
  const quantumBytes = (options.quantum ?? DEFAULT_QUANTUM) * PRIME_BYTES;
  return startSelectServer({ ...options, quantumBytes, sessions: sessionsFor(options, quantumBytes) });
}

/** Starts the pool for primes. */
export function startPrimePoolServer(options: PrimePoolOptions): Promise<Server> {
  return startPoolServer({ ...options, sessions: sessionsFor(options, POOL_SEND_BYTES) });
}

function sessionsFor({ greeting = false, maxWidth }: PrimeServerOptions, sendBytes: number) {
  // Room for N and one prime at least, also where a turn sends one integer.
  return primeSessions({ maxSendBytes: Math.max(sendBytes, 2 * PRIME_BYTES), greeting, maxWidth });
}
