/**
 * The time limits of a client in the pool, by the receive timeout of its socket (`SO_RCVTIMEO`).
 *
 * The socket inherits a timeout from the listening socket, the shortest of all limits, so that a fast client needs no
 * system call to set one. A phase is limited as a whole: each `recv` may block only for the rest of its time. A limit
 * longer than the inherited timeout takes several `recv`s.
 */
import type { PhaseLimits, SocketConnection } from '@concurrent-primes/server-core';

/** Returns the receive timeout that sockets inherit from the listening socket, in milliseconds. */
export function inheritedReceiveTimeoutMs(limits: PhaseLimits): number {
  return shortest(limits, (kind) => kind !== 'progress');
}

/** Returns the send timeout that they inherit, in milliseconds: a `send(2)` without progress for this long fails. */
export function inheritedSendTimeoutMs(limits: PhaseLimits): number {
  return shortest(limits, (kind) => kind === 'progress');
}

function shortest(limits: PhaseLimits, matches: (kind: PhaseLimits[string]['kind']) => boolean): number {
  const timeoutsMs = Object.values(limits).map(({ kind, timeoutMs }) => (matches(kind) ? timeoutMs : Infinity));
  return Math.min(...timeoutsMs);
}

export class ReceiveTimeout {
  readonly #connection: SocketConnection;
  readonly #limits: PhaseLimits;
  readonly #now: () => number;
  readonly #inheritedMs: number;
  #phase: string | undefined;
  #deadlineMs = 0;
  #timeoutMs: number;

  constructor(connection: SocketConnection, limits: PhaseLimits, now: () => number) {
    this.#connection = connection;
    this.#limits = limits;
    this.#now = now;
    this.#inheritedMs = inheritedReceiveTimeoutMs(limits);
    this.#timeoutMs = this.#inheritedMs;
  }

  get passed(): boolean {
    return this.#now() >= this.#deadlineMs;
  }

  /** Sets the timeout for the next `recv`, unless the socket has it. */
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

  /** Ends the phase: when it begins again, it belongs to the next exchange. */
  end(): void {
    this.#phase = undefined;
  }
}
