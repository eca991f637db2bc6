/**
 * One client, from its first byte to its last, in a straight loop of blocking calls.
 *
 * The same four verbs as in the select server's loop; here nobody else is waiting for this thread, so each call may
 * block until it has something. What bounds it is the socket's own time limit, and what wakes it early is the main
 * thread by way of the thread's slot.
 */
import {
  CUT,
  type Connection,
  type Control,
  DRAIN,
  type Phase,
  type TimeLimits,
  timeLimitMs,
} from '@concurrent-primes/server-core';
import { WOULD_BLOCK } from '@concurrent-primes/sockets';
import { IDLE, RECEIVING, SENDING, type ThreadSlot } from './thread-slot.ts';

/**
 * The most bytes of one `send(2)`. Nobody waits for this thread, so there may be many: a thread that blocks in `send`
 * is woken when a good part of the socket's buffer is free again, and the more it has at hand the seldomer it sleeps.
 */
export const POOL_SEND_BYTES = 262_144;

/** What serving needs of the thread. */
export interface Surroundings {
  readonly control: Control;
  readonly limits: TimeLimits;
  readonly slot: ThreadSlot;
  now(): number;
}

/**
 * The receive timeout that the sockets of {@link serve} have from the listener: the shortest of the limits that clients
 * wait in, so that a client in a hurry never costs a system call to set one. Who is slower is waited for again.
 */
export function inheritedReceiveTimeoutMs({ idleTimeoutMs, requestTimeoutMs, sumTimeoutMs }: TimeLimits): number {
  return Math.min(idleTimeoutMs, requestTimeoutMs, sumTimeoutMs);
}

/**
 * Serves one client until its conversation is over; the caller closes the connection.
 *
 * Its socket is blocking, and has from the listener {@link inheritedReceiveTimeoutMs} and the send limit as timeouts.
 */
export function serve(connection: Connection, surroundings: Surroundings): void {
  const { control, slot } = surroundings;
  const { session, socket } = connection;
  const patience = new Patience(connection, surroundings);
  /** Whether it was in the queue until now, when the order has already been given. */
  const late = control.order === DRAIN;
  let draining = false;
  /** Whether the main thread's `shutdown(2)` has ended our receiving. What had come before can still be read. */
  let ended = false;

  while (session.next !== 'close') {
    const { order } = control;
    if (order === CUT) {
      connection.turnAway('shutting-down');
      return;
    }
    if (order === DRAIN && !draining) {
      draining = true;
      drain(connection, ended);
      if (late && session.phase === 'farewell') {
        // Like those in the kernel's backlog. To wait for its farewell would make all behind it in the queue wait too.
        connection.turnAway('shutting-down');
        return;
      }
      continue;
    }
    switch (session.next) {
      case 'receive': {
        const state = session.phase === 'idle' ? IDLE : RECEIVING;
        patience.begin();
        slot.enter(state, socket.descriptor);
        const count = control.order === order ? connection.read() : undefined;
        const woken = slot.leave(state);
        ended ||= woken;
        if (state === RECEIVING && !draining && control.order === DRAIN) {
          // Before the session sees what has come: with the sum it would go on to wait for another request.
          draining = true;
          connection.drain();
        }
        if (count === WOULD_BLOCK) {
          if (patience.over) connection.expire();
        } else if (count === 0 && ended) {
          // Not the peer's end, but the main thread's shutdown(2): who was woken now looks at the order; later it means
          // that nothing can be received any more.
          if (!woken) {
            connection.turnAway('shutting-down');
            return;
          }
        } else if (count !== undefined) connection.received(count);
        break;
      }
      case 'work':
        connection.work();
        break;
      case 'send': {
        slot.enter(SENDING, socket.descriptor);
        const count = control.order === order ? connection.send(POOL_SEND_BYTES) : 0;
        slot.leave(SENDING);
        patience.end();
        if (count === WOULD_BLOCK) connection.expire();
        break;
      }
    }
  }
}

/**
 * A request that has already come is in service, whether or not it was read before the order.
 *
 * @param ended whether a `recv` that returns 0 tells nothing about the peer
 */
function drain(connection: Connection, ended: boolean): void {
  const { session, socket } = connection;
  if (session.phase === 'idle') {
    socket.setNonBlocking(true);
    const count = connection.read();
    if (count > 0 || (count === 0 && !ended)) connection.received(count);
    socket.setNonBlocking(false);
  }
  connection.drain();
}

/**
 * The time limit of each phase, kept by the socket's own receive timeout. A request and a sum are limited as a whole:
 * the more of the time is used up, the shorter the next `recv` may block. A limit longer than the timeout is waited for
 * in several `recv`s.
 */
class Patience {
  readonly #connection: Connection;
  readonly #surroundings: Surroundings;
  readonly #inheritedMs: number;
  #phase: Phase | undefined;
  #deadlineMs = 0;
  #timeoutMs: number;

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection;
    this.#surroundings = surroundings;
    this.#inheritedMs = inheritedReceiveTimeoutMs(surroundings.limits);
    this.#timeoutMs = this.#inheritedMs;
  }

  /** The phase is over: when it comes again it is the next exchange's. */
  end(): void {
    this.#phase = undefined;
  }

  /** Whether the phase's time is up. */
  get over(): boolean {
    return this.#surroundings.now() >= this.#deadlineMs;
  }

  /** Sets the socket's receive timeout for the next `recv`; saves the system call where it stands already. */
  begin(): void {
    const { session, socket } = this.#connection;
    const nowMs = this.#surroundings.now();
    if (session.phase !== this.#phase) {
      this.#phase = session.phase;
      this.#deadlineMs = nowMs + timeLimitMs(this.#surroundings.limits, session.phase);
    }
    const timeoutMs = Math.max(1, Math.min(this.#inheritedMs, Math.ceil(this.#deadlineMs - nowMs)));
    if (timeoutMs === this.#timeoutMs) return;
    socket.setReceiveTimeout(timeoutMs);
    this.#timeoutMs = timeoutMs;
  }
}
