/**
 * Looks after the clients in the queue while all threads have a client: it makes room for them, and refuses those that
 * have waited too long. It belongs to the accept thread, which calls it after each client and at least once a second.
 *
 * A thread whose client is idle could serve another one. Without this, a few clients that send nothing keep everybody
 * else out. The client that has been idle longest has to leave; a client that sends a request or takes its answer never
 * has to.
 */
import { type ServerThread, UNCOUNTED } from '@concurrent-primes/server-core';
import { Socket } from '@concurrent-primes/sockets';
import type { AddressTokens } from './address-tokens.ts';
import { type BoundedQueue, EMPTY, END } from './bounded-queue.ts';
import type { ThreadSlot } from './thread-slot.ts';

/** Shortest time between two looks, in milliseconds: clients may come faster than a look is worth. */
const EVERY_MS = 20;

export interface QueueKeeperParts {
  readonly queue: BoundedQueue;
  /** Those of the pool threads. */
  readonly slots: readonly ThreadSlot[];
  /** Longest time in the queue, in milliseconds. */
  readonly queueTimeoutMs: number;
  /** Tokens of the clients in the queue; undefined if addresses aren't limited. */
  readonly tokens: AddressTokens | undefined;
}

export class QueueKeeper {
  readonly #thread: ServerThread<object>;
  readonly #queue: BoundedQueue;
  readonly #slots: readonly ThreadSlot[];
  readonly #queueTimeoutMs: number;
  readonly #tokens: AddressTokens | undefined;
  /** For all items before this one there is room: a thread has been told to let its client go. */
  #roomUpTo = 0;
  /** When it looked last, as a stamp. */
  #lookedAt = 0;

  constructor(thread: ServerThread<object>, { queue, slots, queueTimeoutMs, tokens }: QueueKeeperParts) {
    this.#thread = thread;
    this.#queue = queue;
    this.#slots = slots;
    this.#queueTimeoutMs = queueTimeoutMs;
    this.#tokens = tokens;
  }

  /**
   * Makes room and refuses, if clients wait and all threads have one.
   *
   * @param stamp - the time, as that of an item that is put now
   */
  look(stamp: number): void {
    if (this.#queue.length === 0 || this.#queue.hasIdleTaker || ((stamp - this.#lookedAt) | 0) < EVERY_MS) return;
    this.#lookedAt = stamp;
    this.#refuseLate(stamp);
    this.#makeRoom();
  }

  #refuseLate(now: number): void {
    const queue = this.#queue;
    for (;;) {
      const descriptor = queue.takeNow((stamp) => ((now - stamp) | 0) >= this.#queueTimeoutMs);
      if (descriptor === EMPTY || descriptor === END) return;
      const queuedMs = (now - queue.takenStamp) | 0;
      const address = this.#tokens?.of(descriptor) ?? UNCOUNTED;
      const arrival = { admitted: true, address, queuedMs, item: queue.takenItem };
      this.#thread.turnAway(Socket.adopt(descriptor), 'busy', arrival);
    }
  }

  #makeRoom(): void {
    const { taken, put } = this.#queue.progress;
    if (((this.#roomUpTo - taken) | 0) < 0) this.#roomUpTo = taken;
    while (((put - this.#roomUpTo) | 0) > 0 && this.#evictOne()) this.#roomUpTo = (this.#roomUpTo + 1) | 0;
  }

  /** Lets the client go that has been idle longest; returns false if none has been for long enough. */
  #evictOne(): boolean {
    const latestMs = this.#thread.sharedMs() - this.#thread.data.evictAfterMs;
    const idle = this.#slots.flatMap((slot) => {
      const since = slot.idleSinceMs;
      return since !== undefined && since <= latestMs ? [{ slot, since }] : [];
    });
    return idle.sort((one, other) => one.since - other.since).some(({ slot }) => slot.evict());
  }
}
