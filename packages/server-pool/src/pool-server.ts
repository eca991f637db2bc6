/**
 * The main thread's side of the pool: it opens the listening socket, allocates the shared queue and the threads' slots,
 * and starts one accept thread and N pool threads.
 *
 *     kernel's backlog ──► accept thread ──► bounded queue ──► pool thread 1 ──► client
 *                          (blocks in        (shared memory)   pool thread 2 ──► client
 *                           accept)                            ...  each blocks in recv and send
 */
import { extname } from 'node:path';
import {
  type Architecture,
  CUT,
  DEFAULT_BACKLOG,
  Server,
  type ServerOptions,
  type ThreadSpecification,
  checkInteger,
  checkServerOptions,
  phaseLimits,
  plainOptions,
  shareListener,
} from '@concurrent-primes/server-core';
import type { SessionReport } from '@concurrent-primes/session';
import { ListeningSocket, Socket, WakePipe, backlogOf, listen, wake } from '@concurrent-primes/sockets';
import type { AcceptThreadData } from './accept-thread.ts';
import { allocateAddressTokens } from './address-tokens.ts';
import { BoundedQueue, EMPTY, END, MAX_CAPACITY } from './bounded-queue.ts';
import type { PoolThreadData } from './pool-thread.ts';
import { RescuedClients } from './rescued-clients.ts';
import { inheritedReceiveTimeoutMs } from './receive-timeout.ts';
import { inheritedSendTimeoutMs } from './send-timeout.ts';
import { ThreadSlot, allocateSlots } from './thread-slot.ts';

/**
 * The default number of pool threads. A thread mostly waits for its client, so there should be several times more threads
 * than processors. Even an idle thread takes memory, and five descriptors for its event loop, so there should not be
 * hundreds.
 */
export const DEFAULT_THREADS = 16;

/** The most pool threads: they take more than 10 GB. */
export const MAX_THREADS = 1024;

/** The default capacity of the queue: accepted clients that wait for a thread. Others wait in the kernel's backlog. */
export const DEFAULT_QUEUE_CAPACITY = 64;

/**
 * A pool thread has one client, and the objects of a request soon become garbage. A heap with a small limit also starts
 * smaller, which saves 2 MB per thread. The limit is more than a hundred times the largest use measured.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** The default time after which a client in the queue is refused as busy, in milliseconds. */
export const DEFAULT_QUEUE_TIMEOUT_MS = 30_000;

export interface PoolServerOptions<Report extends SessionReport = SessionReport> extends ServerOptions<Report> {
  /** Number of pool threads, 1 to {@link MAX_THREADS}; default {@link DEFAULT_THREADS}. */
  readonly threads?: number;
  /** Accepted clients that may wait for a thread, 1 to {@link MAX_CAPACITY}; default {@link DEFAULT_QUEUE_CAPACITY}. */
  readonly queueCapacity?: number;
  /**
   * Longest time of a client in the queue, in milliseconds, `Infinity` for no limit; then it is refused as busy. Default
   * {@link DEFAULT_QUEUE_TIMEOUT_MS}.
   */
  readonly queueTimeoutMs?: number;
}

// The modules of the threads are next to this one, as TypeScript in a checkout and as JavaScript in the built package.
const extension = extname(import.meta.url);
const ACCEPT_THREAD = new URL(`./accept-thread${extension}`, import.meta.url);
const POOL_THREAD = new URL(`./pool-thread${extension}`, import.meta.url);

/**
 * Starts a server that serves each client in a thread from a pool, and resolves when all threads serve.
 *
 * @throws TypeError for an unknown option; RangeError for a value out of range; SocketError if the address can't be
 *   listened on
 */
export async function startPoolServer<Report extends SessionReport>(
  options: PoolServerOptions<Report>,
): Promise<Server> {
  const { threads = DEFAULT_THREADS, queueCapacity = DEFAULT_QUEUE_CAPACITY } = options;
  const { queueTimeoutMs = DEFAULT_QUEUE_TIMEOUT_MS } = options;
  checkServerOptions(options, ['threads', 'queueCapacity', 'queueTimeoutMs']);
  if (!(queueTimeoutMs > 0)) {
    throw new RangeError(`cannot start a server: queueTimeoutMs must be more than 0, got ${queueTimeoutMs}`);
  }
  checkInteger('threads', threads, 1, MAX_THREADS);
  checkInteger('queueCapacity', queueCapacity, 1, MAX_CAPACITY);
  const limits = phaseLimits(options.sessions.phases, options);
  const queue = new BoundedQueue(queueCapacity);
  const slots = allocateSlots(threads + 1);
  const rescued = new RescuedClients();
  const { host: address, port: wantedPort, backlog = DEFAULT_BACKLOG, sharedListener } = options;
  const accepted = {
    receiveTimeoutMs: inheritedReceiveTimeoutMs(limits),
    sendTimeoutMs: inheritedSendTimeoutMs(limits),
  };
  const listener =
    sharedListener === undefined
      ? listen({ host: address, port: wantedPort, backlog, noDelay: true, ...accepted })
      : shareListener(sharedListener, accepted);
  const { host, port } = listener.localAddress();
  const [cutPipe, wakePipe] = openPipes(listener, sharedListener !== undefined);
  const wakeAccept = (): void => {
    if (wakePipe !== undefined) wake(wakePipe.writeDescriptor);
  };
  const shared = {
    queue: queue.memory,
    queueCapacity,
    slots,
    cutDescriptor: cutPipe.readDescriptor,
    addressTokens: options.maxClientsPerAddress === undefined ? undefined : allocateAddressTokens(),
  };
  const acceptData: AcceptThreadData = {
    ...shared,
    threads,
    slot: threads,
    queueTimeoutMs,
    rescued: rescued.memory,
    listener: listener.release(),
    wakeDescriptor: wakePipe?.readDescriptor,
  };
  const accept: ThreadSpecification = {
    name: 'accept',
    entry: ACCEPT_THREAD,
    role: 'accept',
    data: acceptData,
    ended: (served) => {
      if (!served) ListeningSocket.adopt(acceptData.listener).close();
      // The pool threads wait for the sentinel, even if the accept thread has failed.
      queue.end();
    },
  };
  let takers = threads;
  const takerEnded = (): void => {
    takers -= 1;
    // If all have failed, the accept thread may be blocked in a full queue.
    if (takers === 0) closeWaiting(queue);
  };
  const pool = Array.from({ length: threads }, (_, index): ThreadSpecification => {
    const data: PoolThreadData = { ...shared, slot: index };
    return {
      name: `pool-${index + 1}`,
      entry: POOL_THREAD,
      role: 'pool',
      data,
      resourceLimits: RESOURCE_LIMITS,
      ended: takerEnded,
    };
  });
  const architecture: Architecture = {
    host,
    port,
    threads: [accept, ...pool],
    info: {
      architecture: 'pool',
      name: 'pool',
      options: { ...plainOptions(options), threads, queueCapacity },
    },
    backlog: () => backlogOf(acceptData.listener),
    queueLength: () => queue.waiting,
    ...(wakePipe !== undefined && { leave: wakeAccept }),
    wake: (order) => {
      wakeAccept();
      const failures: unknown[] = [];
      for (let index = 0; index <= threads; index += 1) {
        try {
          new ThreadSlot(slots, index).wake(order, (descriptor) => {
            rescued.rescue(descriptor);
          });
        } catch (error) {
          // The order reaches the other threads all the same.
          failures.push(error);
        }
      }
      if (order === CUT) wake(cutPipe.writeDescriptor);
      if (failures.length > 0) throw failures[0];
    },
    release: () => {
      wakePipe?.close();
      closeWaiting(queue);
      for (const descriptor of rescued.take()) Socket.adopt(descriptor).close();
      cutPipe.close();
    },
  };
  return Server.start(architecture, options);
}

/**
 * Opens the pipe that ends farewells at the order `CUT`, and the one that wakes the accept thread if it shares its listening
 * socket; closes that socket if there is no descriptor for them.
 */
function openPipes(listener: ListeningSocket, isShared: boolean): [cut: WakePipe, wake: WakePipe | undefined] {
  let cut: WakePipe | undefined;
  try {
    cut = new WakePipe();
    return [cut, isShared ? new WakePipe() : undefined];
  } catch (error) {
    cut?.close();
    listener.close();
    throw error;
  }
}

/** Closes the clients in the queue. Without a failure there are none when the threads have ended. */
function closeWaiting(queue: BoundedQueue): void {
  for (let item = queue.takeNow(); item !== END && item !== EMPTY; item = queue.takeNow()) Socket.adopt(item).close();
}
