/**
 * The main thread's side of the pool: it opens the listening socket, makes the shared queue and the threads' slots, and
 * starts one accept thread and N pool threads.
 *
 *     kernel's backlog ──► accept thread ──► bounded queue ──► pool thread 1 ──► client
 *                          (blocks in        (shared memory)   pool thread 2 ──► client
 *                           accept)                            ...  each blocks in recv and send
 */
import { extname } from 'node:path';
import {
  type Architecture,
  DEFAULT_BACKLOG,
  Server,
  type ServerOptions,
  type ThreadSpecification,
  checkServerOptions,
  completeLimits,
} from '@concurrent-primes/server-core';
import { ListeningSocket, Socket, listen } from '@concurrent-primes/sockets';
import type { AcceptThreadData } from './accept-thread.ts';
import { BoundedQueue, EMPTY, END } from './bounded-queue.ts';
import type { PoolThreadData } from './pool-thread.ts';
import { inheritedReceiveTimeoutMs } from './serve.ts';
import { ThreadSlot, allocateSlots } from './thread-slot.ts';

/**
 * Pool threads when nothing else is said. A thread spends most of its time waiting for its client, so there should be
 * several times more than processors; each costs memory, and five descriptors for its event loop, whether or not it has
 * a client, so not hundreds. (Under a limit of 64 descriptors six threads start, and five leave some for their
 * clients.)
 */
export const DEFAULT_THREADS = 16;

/** Accepted clients that may wait for a thread when nothing else is said; the others wait in the kernel's backlog. */
export const DEFAULT_QUEUE_CAPACITY = 64;

/** The most threads one may ask for: 1024 would take more than 10 GB. */
export const MAX_THREADS = 1024;

/**
 * A pool thread has one client, and what it makes for a request is gone with it. A smaller heap starts smaller, which
 * saves 2 MB a thread; it is still more than a hundred times what a thread was ever seen to use.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** What a pool server is given. */
export interface PoolServerOptions extends ServerOptions {
  /** Pool threads, 1 to 1024; default {@link DEFAULT_THREADS}. */
  readonly threads?: number;
  /** Accepted clients that may wait for a thread, 1 to 65536; default {@link DEFAULT_QUEUE_CAPACITY}. */
  readonly queueCapacity?: number;
}

// The threads' modules stand beside this one, as TypeScript in a checkout and as JavaScript in the built package.
const extension = extname(import.meta.url);
const ACCEPT_THREAD = new URL(`./accept-thread${extension}`, import.meta.url);
const POOL_THREAD = new URL(`./pool-thread${extension}`, import.meta.url);

/**
 * Starts a server that serves each client in a thread of its own, and resolves when all threads are there.
 *
 * @throws RangeError for a number of threads, a queue capacity or another option out of range.
 * @throws SocketError when the address can't be listened on.
 */
export async function startPoolServer(options: PoolServerOptions): Promise<Server> {
  const { threads = DEFAULT_THREADS, queueCapacity = DEFAULT_QUEUE_CAPACITY } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new RangeError(`a pool's threads must be an integer in [1, ${MAX_THREADS}], got ${threads}`);
  }
  checkServerOptions(options);
  const limits = completeLimits(options.limits);
  const queue = new BoundedQueue(queueCapacity);
  const slots = allocateSlots(threads + 1);
  const listener = listen({
    host: options.host,
    port: options.port,
    backlog: options.backlog ?? DEFAULT_BACKLOG,
    noDelay: true,
    receiveTimeoutMs: inheritedReceiveTimeoutMs(limits),
    sendTimeoutMs: limits.sendTimeoutMs,
  });
  const { host, port } = listener.localAddress();
  const shared = { queue: queue.memory, queueCapacity, slots };
  const acceptData: AcceptThreadData = {
    ...shared,
    slot: threads,
    listener: listener.release(),
  };
  const accept: ThreadSpecification = {
    name: 'accept',
    entry: ACCEPT_THREAD,
    data: acceptData,
    ended: (served) => {
      if (!served) ListeningSocket.adopt(acceptData.listener).close();
      // The pool threads wait for the sentinel, also when the thread that puts it has died before.
      queue.end();
    },
  };
  let takers = threads;
  const takerEnded = (): void => {
    takers -= 1;
    // When all have died, the accept thread may be waiting for room in the queue.
    if (takers === 0) closeWaiting(queue);
  };
  const pool = Array.from({ length: threads }, (_, index): ThreadSpecification => {
    const data: PoolThreadData = { ...shared, slot: index };
    return { name: `pool-${index + 1}`, entry: POOL_THREAD, data, resourceLimits: RESOURCE_LIMITS, ended: takerEnded };
  });
  const architecture: Architecture = {
    host,
    port,
    threads: [accept, ...pool],
    wake: (order) => {
      for (let index = 0; index <= threads; index += 1) new ThreadSlot(slots, index).wake(order);
    },
    release: () => {
      closeWaiting(queue);
    },
  };
  return Server.start(architecture, options);
}

/** Closes those whom no thread will serve any more: nobody is left in the queue of a server that stops in order. */
function closeWaiting(queue: BoundedQueue): void {
  for (let item = queue.takeNow(); item !== END && item !== EMPTY; item = queue.takeNow()) Socket.adopt(item).close();
}
