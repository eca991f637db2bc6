/**
 * The time limits of a client in the pool, kept by its socket's own receive timeout (`SO_RCVTIMEO`).
 *
 * The socket has a timeout from the listening socket, the shortest of all limits, so that a fast client never costs a
 * system call to set one. A phase is limited as a whole: as its time is used up, the next `recv` may block shorter. A
 * limit longer than the timeout takes several `recv`s.
 */
import type { PhaseLimits, SocketConnection } from '@concurrent-primes/server-core';

/**
 * The receive timeout that a pool's sockets have from the listening socket, in milliseconds.
 *
 * @param limits - the time limits of the server
 */
export function inheritedReceiveTimeoutMs(limits: PhaseLimits): number {
  return shortest(limits, (kind) => kind !== 'progress');
}

/**
 * The send timeout that they have from it: a `send(2)` that makes no progress for this long fails.
 *
 * @param limits - the time limits of the server
 */
export function inheritedSendTimeoutMs(limits: PhaseLimits): number {
  return shortest(limits, (kind) => kind === 'progress');
}

function shortest(limits: PhaseLimits, matches: (kind: PhaseLimits[string]['kind']) => boolean): number {
  const timeoutsMs = Object.values(limits).map(({ kind, timeoutMs }) => (matches(kind) ? timeoutMs : Infinity));
  return Math.min(...timeoutsMs);
}

/** The receive timeout of one client. */
export class ReceiveTimeout {
  readonly #connection: SocketConnection;
  readonly #limits: PhaseLimits;
  readonly #now: () => number;
  readonly #inheritedMs: number;
  #phase: string | undefined;
  #deadlineMs = 0;
  #timeoutMs: number;

  /**
   * @param connection - the client
   * @param limits - the time limits of the server
   * @param now - monotonic clock, in milliseconds
   */
  constructor(connection: SocketConnection, limits: PhaseLimits, now: () => number) {
    this.#connection = connection;
    this.#limits = limits;
    this.#now = now;
    this.#inheritedMs = inheritedReceiveTimeoutMs(limits);
    this.#timeoutMs = this.#inheritedMs;
  }

  /** Whether the time limit of the phase has passed. */
  get passed(): boolean {
    return this.#now() >= this.#deadlineMs;
  }

  /** Sets the timeout for the next `recv`, unless the socket has it already. */
  begin(): void {
    const { phase, socket } = this.#connection;
    const nowMs = this.#now();
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#deadlineMs = nowMs + this.#limits[phase]!.timeoutMs;
    }
    const timeoutMs = Math.max(1, Math.min(this.#inheritedMs, Math.ceil(this.#deadlineMs - nowMs)));
    if (timeoutMs !== this.#timeoutMs) socket.setReceiveTimeout(timeoutMs);
    this.#timeoutMs = timeoutMs;
  }

  /** The phase is over: when it comes again, it belongs to the next exchange. */
  end(): void {
    this.#phase = undefined;
  }
}
