/**
 * `recv` and `send` for a pool thread: they block, and the main thread can interrupt them.
 *
 * Before each call the thread stores in its slot what it will block in, then checks the order, and blocks only if there is
 * no new one; the main thread stores an order, then checks the slot (`thread-slot.ts`). A `recv` is interrupted by
 * `shutdown(2)` of the socket's receiving direction, which looks like the end of the client's sending. This class
 * distinguishes the two.
 */
import {
  CUT,
  type Control,
  DRAIN,
  type Order,
  type PhaseLimits,
  type ServerThread,
  type SocketConnection,
} from '@concurrent-primes/server-core';
import type { ServerRefusal } from '@concurrent-primes/session';
import { WOULD_BLOCK } from '@concurrent-primes/sockets';
import { ReceiveTimeout } from './receive-timeout.ts';
import { SendTimeout } from './send-timeout.ts';
import { IDLE, RECEIVING, SENDING, type ThreadSlot } from './thread-slot.ts';

export interface PoolContext {
  readonly control: Control;
  readonly limits: PhaseLimits;
  readonly slot: ThreadSlot;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Shows viewers what the thread blocks in, and lets them hold it; undefined if nobody watches. */
  readonly watch?: Pick<ServerThread<object>, 'beforeBlocking'> | undefined;
  /** Tells the other threads when a client's silence began, and makes room; undefined if no other client can come. */
  readonly room?: Pick<ServerThread<object>, 'sharedMs' | 'evict'> | undefined;
}

/** Blocking calls for one client, which orders interrupt. */
export class InterruptibleCalls {
  readonly #connection: SocketConnection;
  readonly #control: Control;
  readonly #slot: ThreadSlot;
  readonly #timeout: ReceiveTimeout;
  readonly #sendTimeout: SendTimeout;
  readonly #watch: PoolContext['watch'];
  readonly #room: PoolContext['room'];
  /** The last order that was obeyed. */
  #order: Order;
  /** Whether the client was in the queue when the server began to drain. */
  readonly #late: boolean;
  #draining = false;
  /** Whether the main thread has shut down the receiving direction. Earlier bytes can still be read. */
  #shutDown = false;
  #turnedAway = false;

  constructor(connection: SocketConnection, { control, limits, slot, now, watch, room }: PoolContext) {
    this.#connection = connection;
    this.#control = control;
    this.#slot = slot;
    this.#watch = watch;
    this.#room = room;
    this.#timeout = new ReceiveTimeout(connection, limits, now);
    this.#sendTimeout = new SendTimeout(connection, limits, now);
    this.#order = control.order;
    this.#late = this.#order === DRAIN;
  }

  /** Obeys the current order; returns whether the conversation continues. */
  goOn(): boolean {
    this.#order = this.#control.order;
    if (this.#order === CUT) this.#turnAway();
    else if (this.#order === DRAIN && !this.#draining && !this.#mayStillAsk) this.#drain();
    return !this.#turnedAway && this.#connection.next !== 'close';
  }

  /** Waits for bytes, or for the end of the client's sending, and passes them to the session. */
  receive(): void {
    const connection = this.#connection;
    const state = connection.idle ? IDLE : RECEIVING;
    this.#watch?.beforeBlocking('recv', connection, connection.expects);
    this.#sendTimeout.end();
    this.#timeout.begin();
    let count: number | undefined;
    let woken: boolean;
    this.#slot.enter(state, connection.descriptor, this.#room?.sharedMs(this.#timeout.beganMs));
    try {
      if (this.#control.order === this.#order) count = connection.read();
    } finally {
      // Whatever happens: the main thread must not take this slot for a blocked thread.
      woken = this.#slot.leave(state);
    }
    this.#shutDown ||= woken;
    if (state === RECEIVING && !this.#draining && this.#control.order === DRAIN) {
      // Before the session gets the bytes: after the sum it would wait for the next request.
      this.#draining = true;
      connection.drain();
    }
    if (this.#slot.evicted) this.#evict(count);
    else if (count === WOULD_BLOCK) {
      if (this.#timeout.passed) connection.expire();
    } else if (count === 0 && this.#shutDown) {
      // Not the client's end. A woken thread checks the order next; at a later call, nothing more can arrive.
      if (!woken) this.#turnAway();
    } else if (count !== undefined) connection.take(count);
  }

  /** Waits until the kernel has taken the next bytes for the client. */
  send(maxBytes: number): void {
    this.#watch?.beforeBlocking('send', this.#connection, maxBytes);
    const connection = this.#connection;
    const { phase } = connection;
    let count = 0;
    this.#sendTimeout.begin();
    this.#slot.enter(SENDING, connection.descriptor);
    try {
      if (this.#control.order === this.#order) count = connection.send(maxBytes);
    } finally {
      this.#slot.leave(SENDING);
    }
    this.#timeout.end();
    // Without bytes the answer is being computed: then the client isn't to blame.
    if (count !== 0 && connection.next === 'send' && this.#sendTimeout.passed(phase)) connection.expire();
  }

  /**
   * Whether this client was in the queue and has still to ask, and the listening socket was left to other processes: they
   * serve the clients in the backlog, but nobody else can serve this one.
   */
  get #mayStillAsk(): boolean {
    return this.#late && this.#control.leaving && this.#connection.idle && this.#connection.exchanges === 0;
  }

  /** A request that has arrived counts as in progress, even if it was not read before the order. */
  #drain(): void {
    const { socket, idle } = this.#connection;
    this.#draining = true;
    if (idle) {
      socket.setNonBlocking(true);
      const count = this.#connection.read();
      if (count > 0 || (count === 0 && !this.#shutDown)) this.#connection.take(count);
      socket.setNonBlocking(false);
    }
    // Clients from the queue are turned away, and the thread waits for their farewells at its end (`farewells.ts`): all
    // clients after them would have to wait otherwise.
    if (this.#connection.drain() && this.#late) this.#turnAway();
  }

  /** The client makes room: its connection is closed, or refused if bytes came at the last moment. */
  #evict(count: number | undefined): void {
    if (count !== undefined && count > 0) this.#turnAway('busy');
    else this.#room!.evict(this.#connection);
  }

  #turnAway(reason: ServerRefusal = 'shutting-down'): void {
    this.#connection.turnAway(reason);
    this.#turnedAway = true;
  }
}
