/**
 * The time limits of a client in the pool, by the receive timeout of its socket (`SO_RCVTIMEO`).
 *
 * The socket inherits a timeout from the listening socket, at most the shortest of all limits, so that a fast client needs no
 * system call to set one. A phase is limited as a whole: each `recv` may block only for the rest of its time. A limit
 * longer than the inherited timeout takes several `recv`s.
 */
import type { PhaseLimits, SocketConnection } from '@concurrent-primes/server-core';

/**
 * The longest time that a call blocks, in milliseconds. The listening socket has the timeout as well: so often the accept
 * thread looks after clients that wait in the queue.
 */
const MAX_INHERITED_MS = 1000;

/** Returns the receive timeout that sockets inherit from the listening socket, in milliseconds. */
export function inheritedReceiveTimeoutMs(limits: PhaseLimits): number {
  const timeoutsMs = Object.values(limits).flatMap(({ kind, timeoutMs, firstTimeoutMs = timeoutMs }) =>
    kind === 'progress' ? [] : [timeoutMs, firstTimeoutMs],
  );
  return Math.min(MAX_INHERITED_MS, ...timeoutsMs);
}

export class ReceiveTimeout {
  readonly #connection: SocketConnection;
  readonly #limits: PhaseLimits;
  readonly #now: () => number;
  readonly #inheritedMs: number;
  #phase: string | undefined;
  #beganMs = 0;
  #deadlineMs = 0;
  #timeoutMs: number;

  constructor(connection: SocketConnection, limits: PhaseLimits, now: () => number) {
    this.#connection = connection;
    this.#limits = limits;
    this.#now = now;
    this.#inheritedMs = inheritedReceiveTimeoutMs(limits);
    this.#timeoutMs = this.#inheritedMs;
  }

  /** When the phase began. */
  get beganMs(): number {
    return this.#beganMs;
  }

  get passed(): boolean {
    return this.#now() >= this.#deadlineMs;
  }

  /** Sets the timeout for the next `recv`, unless the socket has it. */
  begin(): void {
    const { phase, socket, exchanges } = this.#connection;
    const nowMs = this.#now();
    if (phase !== this.#phase) {
      const { timeoutMs, firstTimeoutMs = timeoutMs } = this.#limits[phase]!;
      this.#phase = phase;
      this.#beganMs = nowMs;
      this.#deadlineMs = nowMs + (exchanges === 0 ? firstTimeoutMs : timeoutMs);
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
