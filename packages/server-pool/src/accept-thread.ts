/**
 * The accept thread: it blocks in `accept(2)`, and puts each new connection into the queue, where it blocks while the
 * queue is full. It sends nothing but refusals.
 */
import { workerData } from 'node:worker_threads';
import { RUN, type ServerRefusal, ServerThread, exhaustedNotice } from '@concurrent-primes/server-core';
import { ListeningSocket, Socket, SocketError, WOULD_BLOCK, isExhausted } from '@concurrent-primes/sockets';
import { BoundedQueue } from './bounded-queue.ts';
import { ACCEPTING, ThreadSlot } from './thread-slot.ts';

/** What the accept thread gets from the main thread. */
export interface AcceptThreadData {
  readonly queue: SharedArrayBuffer;
  readonly queueCapacity: number;
  readonly slots: SharedArrayBuffer;
  /** Index of this thread's slot. */
  readonly slot: number;
  /** Descriptor of the listening socket, which is blocking; this thread owns it once it is ready. */
  readonly listener: number;
}

/** How long to wait before the next try when the process has no descriptor left, in milliseconds. */
const EXHAUSTED_PAUSE_MS = 50;

const data = workerData as AcceptThreadData;
const queue = new BoundedQueue(data.queueCapacity, data.queue);
const slot = new ThreadSlot(data.slots, data.slot);
const thread = await ServerThread.begin<AcceptThreadData>();
const { control } = thread;
let noticed = false;

thread.ready();
// Also when something fails here: a port where nobody accepts would keep its clients waiting for ever.
using listener = ListeningSocket.adopt(data.listener);
try {
  while (control.order === RUN) {
    const descriptor = acceptBlocking();
    if (descriptor === WOULD_BLOCK) continue;
    if (thread.places.take()) queue.put(descriptor);
    else turnAway(descriptor, 'busy');
  }
  // Who has connected but was not accepted yet gets an answer too, not a reset.
  listener.setNonBlocking(true);
  for (let descriptor = accept(); descriptor !== WOULD_BLOCK; descriptor = accept()) {
    turnAway(descriptor, 'shutting-down');
  }
} finally {
  // Without the sentinel the pool threads would wait for ever; the main thread sees to it if we didn't come here.
  queue.end();
}

/** Blocks in accept; `WOULD_BLOCK` when there is none because of an order, a timeout, or a lack of descriptors. */
function acceptBlocking(): number {
  slot.enter(ACCEPTING, listener.descriptor);
  const descriptor = control.order === RUN ? accept() : WOULD_BLOCK;
  slot.leave(ACCEPTING);
  return descriptor;
}

function accept(): number {
  try {
    return listener.acceptDescriptor();
  } catch (error) {
    // shutdown(2) on the listening socket, by the main thread that wakes us
    if (error instanceof SocketError && error.code === 'EINVAL' && control.order !== RUN) return WOULD_BLOCK;
    if (!isExhausted(error)) throw error;
    if (!noticed) thread.notice(exhaustedNotice(error));
    noticed = true;
    control.pause(EXHAUSTED_PAUSE_MS);
    return WOULD_BLOCK;
  }
}

function turnAway(descriptor: number, reason: ServerRefusal): void {
  const connection = thread.openConnection(Socket.adopt(descriptor));
  connection.turnAway(reason);
  thread.closeConnection(connection, 'shutdown');
}
