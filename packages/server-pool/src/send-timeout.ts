/**
 * The time limit of a client that takes its answer, in the pool.
 *
 * The send timeout of a socket (`SO_SNDTIMEO`) limits a `send(2)` as a whole: one that has moved some bytes before it
 * passes returns their number, and nobody knows when the last one moved. So the socket's timeout is a fraction of the
 * limit, and the thread counts: the limit has passed when no `send` has moved enough for that time, and at most a fraction later.
 */
import type { Connection, PhaseLimits } from '@concurrent-primes/server-core';

/** The socket's timeout is the limit divided by this. */
const PARTS = 8;

/** Returns the send timeout that sockets inherit from the listening socket, in milliseconds. */
export function inheritedSendTimeoutMs(limits: PhaseLimits): number {
  const timeoutsMs = Object.values(limits).map(({ kind, timeoutMs }) => (kind === 'progress' ? timeoutMs : Infinity));
  return Math.max(1, Math.ceil(Math.min(...timeoutsMs) / PARTS));
}

export class SendTimeout {
  readonly #connection: Pick<Connection, 'takenBytes'>;
  readonly #limits: PhaseLimits;
  readonly #now: () => number;
  /** When the client had taken enough; undefined while nothing is sent. */
  #sinceMs: number | undefined;
  #takenBefore = 0;

  constructor(connection: Pick<Connection, 'takenBytes'>, limits: PhaseLimits, now: () => number) {
    this.#connection = connection;
    this.#limits = limits;
    this.#now = now;
  }

  /** Called before each `send`. */
  begin(): void {
    if (this.#sinceMs === undefined) this.#start();
  }

  /** Called after a `send`; returns whether the limit has passed. */
  passed(phase: string): boolean {
    const { timeoutMs, leastBytes = Infinity } = this.#limits[phase]!;
    if (this.#connection.takenBytes - this.#takenBefore >= leastBytes) this.#start();
    return this.#now() - this.#sinceMs! >= timeoutMs;
  }

  /** The answer is complete. */
  end(): void {
    this.#sinceMs = undefined;
  }

  #start(): void {
    this.#sinceMs = this.#now();
    this.#takenBefore = this.#connection.takenBytes;
  }
}
