/**
 * Wakes a thread that is blocked in a system call on a socket, without touching a wrong socket.
 *
 * `shutdown(2)` on its socket wakes a blocked thread. But the kernel reuses the number of a closed descriptor: the main
 * thread could read "thread 3 is blocked on 17", and when it calls `shutdown(17)`, thread 3 has closed 17, and 17 is a new
 * client. So each thread has a slot in shared memory that says what it is blocked in, and compare-and-exchange decides
 * which of the two threads may use the descriptor:
 *
 *     int32 words of a slot
 *     [0] state        see below; written by both, only by compare-and-exchange while it is not OWN
 *     [1] descriptor   written by the thread while OWN, read by the main thread after it has set WAKING
 *     [2] since        when the client's silence began, in IDLE; written by the thread while OWN
 *
 *               thread: enter(state)                    thread: leave()
 *         OWN ──────────────────────► ACCEPTING, IDLE, ────────────────► OWN
 *          ▲                          RECEIVING, SENDING
 *          │                                  │ main thread: wake()
 *          │  thread: leave() has waited      ▼
 *          └────────────── WOKEN ◄───────── WAKING   (shutdown(2) happens here; the thread does not close meanwhile)
 *                           main thread: done
 *
 * The accept thread uses the same way to end the silence of an idle client that has to make room, and ends it with EVICTED
 * in place of WOKEN.
 *
 * No wake-up is lost: the main thread stores the order, then loads the state; the thread stores its state, then loads the
 * order, and does not block if there is one. In either order, one of them sees the other.
 */
import { CUT, DRAIN, type Order } from '@concurrent-primes/server-core';
import { type ShutdownHow, SocketError, isSilent, shutdownDescriptor } from '@concurrent-primes/sockets';

/** The thread is not blocked on a socket: only the thread may use the descriptor. */
const OWN = 0;
/** The main thread is about to call `shutdown(2)`. */
const WAKING = 1;
/** The main thread has called it. */
const WOKEN = 2;
/** The accept thread has called it: the client makes room for another one. */
const EVICTED = 7;
/** Blocked in `accept(2)`. */
export const ACCEPTING = 3;
/** Blocked in `recv(2)` for the first byte of a request. */
export const IDLE = 4;
/** Blocked in `recv(2)` during an exchange. */
export const RECEIVING = 5;
/** Blocked in `send(2)`. */
export const SENDING = 6;

export type BlockedState = typeof ACCEPTING | typeof IDLE | typeof RECEIVING | typeof SENDING;

/**
 * The states that each order wakes, and the direction that is shut down. A thread that waits for bytes keeps its sending
 * direction, so that it can refuse.
 */
const HOW: Readonly<Record<typeof DRAIN | typeof CUT, Readonly<Partial<Record<number, ShutdownHow>>>>> = {
  [DRAIN]: { [ACCEPTING]: 'both', [IDLE]: 'read' },
  [CUT]: { [ACCEPTING]: 'both', [IDLE]: 'read', [RECEIVING]: 'read', [SENDING]: 'both' },
};

const STATE = 0;
const DESCRIPTOR = 1;
const SINCE = 2;
/** One cache line of 64 bytes for each slot, to avoid false sharing. */
const WORDS_PER_SLOT = 16;

/** Allocates the slots of a server. */
export function allocateSlots(count: number): SharedArrayBuffer {
  return new SharedArrayBuffer(count * WORDS_PER_SLOT * Int32Array.BYTES_PER_ELEMENT);
}

/** One thread's slot, seen from that thread or from the main thread. */
export class ThreadSlot {
  readonly #words: Int32Array;
  #evicted = false;

  /** @param memory - what {@link allocateSlots} returned */
  constructor(memory: SharedArrayBuffer, index: number) {
    const bytes = WORDS_PER_SLOT * Int32Array.BYTES_PER_ELEMENT;
    this.#words = new Int32Array(memory, index * bytes, WORDS_PER_SLOT);
  }

  /** Whether the last call was ended because the client has to make room. */
  get evicted(): boolean {
    return this.#evicted;
  }

  /**
   * The thread will block on a socket: after this call it checks the order, and then blocks.
   *
   * @param sinceMs - when the client's silence began, on a clock that all threads share; for the state `IDLE`
   */
  enter(state: BlockedState, descriptor: number, sinceMs = 0): void {
    Atomics.store(this.#words, DESCRIPTOR, descriptor);
    Atomics.store(this.#words, SINCE, sinceMs);
    Atomics.store(this.#words, STATE, state);
  }

  /** The thread has returned from the system call, and owns the descriptor again; returns whether it was woken. */
  leave(state: BlockedState): boolean {
    const words = this.#words;
    this.#evicted = false;
    for (;;) {
      const seen = Atomics.compareExchange(words, STATE, state, OWN);
      if (seen === state) return false;
      if (seen === WAKING) Atomics.wait(words, STATE, WAKING);
      else {
        Atomics.store(words, STATE, OWN);
        this.#evicted = seen === EVICTED;
        return true;
      }
    }
  }

  /** Returns since when the thread's client is idle; undefined if it isn't. */
  get idleSinceMs(): number | undefined {
    const sinceMs = Atomics.load(this.#words, SINCE);
    return Atomics.load(this.#words, STATE) === IDLE ? sinceMs : undefined;
  }

  /**
   * Ends the silence of an idle client, unless something has arrived from it; called by the accept thread.
   *
   * @returns whether the client has to make room
   */
  evict(): boolean {
    const words = this.#words;
    if (Atomics.compareExchange(words, STATE, IDLE, WAKING) !== IDLE) return false;
    let state: number = IDLE;
    try {
      const descriptor = Atomics.load(words, DESCRIPTOR);
      if (isSilent(descriptor)) {
        shutdownDescriptor(descriptor, 'read');
        state = EVICTED;
      }
    } catch (error) {
      // The client has just reset the connection.
      if (!(error instanceof SocketError) || error.code !== 'ENOTCONN') throw error;
    } finally {
      Atomics.store(words, STATE, state);
      Atomics.notify(words, STATE);
    }
    return state === EVICTED;
  }

  /**
   * Wakes the thread if the order concerns its state; called by the main thread after giving the order.
   *
   * @param beforeEnd - called before a thread that blocks in `accept` is woken, with the descriptor of the listening socket
   */
  wake(order: Order, beforeEnd?: (listener: number) => void): void {
    if (order !== DRAIN && order !== CUT) return;
    const words = this.#words;
    const state = Atomics.load(words, STATE);
    const how = HOW[order][state];
    // If the state has changed, the thread checks the order before it blocks again.
    if (how === undefined || Atomics.compareExchange(words, STATE, state, WAKING) !== state) return;
    try {
      const descriptor = Atomics.load(words, DESCRIPTOR);
      if (state === ACCEPTING) beforeEnd?.(descriptor);
      shutdownDescriptor(descriptor, how);
    } catch (error) {
      // The peer has reset the connection: this wakes the thread too.
      if (!(error instanceof SocketError) || error.code !== 'ENOTCONN') throw error;
    } finally {
      Atomics.store(words, STATE, WOKEN);
      Atomics.notify(words, STATE);
    }
  }
}
