import type { ServerThread } from '@concurrent-primes/server-core';
import { type Socket, socketPair } from '@concurrent-primes/sockets';
import { afterEach, expect, it } from 'vitest';
import { BoundedQueue } from './bounded-queue.ts';
import { QueueKeeper } from './queue-keeper.ts';
import { IDLE, RECEIVING, ThreadSlot, allocateSlots } from './thread-slot.ts';

const QUEUE_TIMEOUT_MS = 1000;
const EVICT_AFTER_MS = 100;
const owned: Disposable[] = [];

afterEach(() => {
  for (const resource of owned.splice(0)) resource[Symbol.dispose]();
});

/** A keeper, and threads whose clients have been idle since a time; undefined: their clients ask. */
function scene(idleSince: readonly (number | undefined)[]) {
  const slots = allocateSlots(idleSince.length);
  const threads = idleSince.map((since, index) => {
    const slot = new ThreadSlot(slots, index);
    const [socket, peer] = socketPair();
    owned.push(socket, peer);
    slot.enter(since === undefined ? RECEIVING : IDLE, socket.descriptor, since);
    return slot;
  });
  const refused: number[] = [];
  const gone = new Set<number>();
  const clock = { nowMs: 0 };
  const thread = {
    data: { evictAfterMs: EVICT_AFTER_MS },
    sharedMs: () => clock.nowMs,
    turnAway: (socket: Socket) => {
      refused.push(socket.release());
    },
  } as unknown as ServerThread<object>;
  const queue = new BoundedQueue(8);
  const seen = idleSince.map((_, index) => new ThreadSlot(slots, index));
  const keeper = new QueueKeeper(thread, { queue, slots: seen, queueTimeoutMs: QUEUE_TIMEOUT_MS, tokens: undefined });
  return {
    queue,
    refused,
    look: (nowMs: number): void => {
      clock.nowMs = nowMs;
      keeper.look(nowMs);
    },
    /** Which threads were told to let their client go. */
    evicted: () =>
      threads.flatMap((slot, index) => {
        const asked = idleSince[index] === undefined || gone.has(index);
        if (asked || seen[index]!.idleSinceMs !== undefined) return [];
        slot.leave(IDLE);
        gone.add(index);
        return [index];
      }),
  };
}

it('look() makes room for each client once, in place of those that have been idle longest', () => {
  const { queue, look, evicted } = scene([30, undefined, 10, 20]);
  queue.put(100, 500);
  look(500);
  look(600);
  expect(evicted()).toEqual([2]);
  queue.put(101, 600);
  queue.put(102, 600);
  look(700);
  expect(evicted()).toEqual([0, 3]);
});

it('look() keeps clients that have not been idle for long', () => {
  const { queue, look, evicted } = scene([450, undefined]);
  queue.put(100, 500);
  look(549);
  expect(evicted()).toEqual([]);
  look(569);
  expect(evicted()).toEqual([0]);
});

it('look() refuses clients that have waited too long', () => {
  const { queue, look, refused } = scene([undefined]);
  queue.put(100, 0);
  queue.put(101, 500);
  look(999);
  expect(refused).toEqual([]);
  look(1500);
  expect([refused, queue.length]).toEqual([[100, 101], 0]);
});

it('look() does nothing while the queue is empty', () => {
  const { look, evicted } = scene([0]);
  look(10_000);
  expect(evicted()).toEqual([]);
});
