/**
 * The accept thread: it blocks in `accept(2)` and puts each new connection into the queue, where it blocks while the
 * queue is full. It sends nothing but refusals.
 */
import { workerData } from 'node:worker_threads';
import { RUN, ServerThread, acceptNotice } from '@concurrent-primes/server-core';
import { ListeningSocket, Socket, SocketError, WOULD_BLOCK, mayPass } from '@concurrent-primes/sockets';
import { BoundedQueue } from './bounded-queue.ts';
import { BusyNotice } from './busy-notice.ts';
import { SharedAccept } from './shared-accept.ts';
import { stampMs } from './queue-clock.ts';
import { ACCEPTING, ThreadSlot } from './thread-slot.ts';

export interface AcceptThreadData {
  readonly queue: SharedArrayBuffer;
  readonly queueCapacity: number;
  readonly threads: number;
  readonly slots: SharedArrayBuffer;
  readonly slot: number;
  /** Descriptor of the listening socket, which is blocking unless it is shared; this thread owns it once it serves. */
  readonly listener: number;
  /** If the listening socket is shared: descriptor that becomes readable to wake this thread; the main thread owns it. */
  readonly wakeDescriptor: number | undefined;
}

/** Pause before the next try when the process has no descriptor left, or `accept` fails again and again, in milliseconds. */
const FAILED_PAUSE_MS = 50;

/** Size of the send buffer: this thread sends only refusals. */
const SEND_BYTES = 64;

const data = workerData as AcceptThreadData;
const queue = new BoundedQueue(data.queueCapacity, data.queue);
const slot = new ThreadSlot(data.slots, data.slot);
const thread = await ServerThread.begin<AcceptThreadData>(SEND_BYTES);
const { control } = thread;
const busyNotice = new BusyNotice(data.threads, (text) => {
  thread.notice(text, 'info');
});
let noticed = false;

thread.ready();
// Closed also after a failure: clients of a port without an accepting thread would wait for ever.
using listener = ListeningSocket.adopt(data.listener);
using shared = data.wakeDescriptor === undefined ? undefined : new SharedAccept(listener, data.wakeDescriptor);
try {
  while (accepts()) {
    const descriptor = acceptBlocking();
    if (descriptor === WOULD_BLOCK) continue;
    if (!thread.admit()) thread.turnAway(Socket.adopt(descriptor), 'busy');
    else {
      const stamp = stampMs() - thread.heldMs;
      busyNotice.beforePut(queue, stamp);
      thread.showAccepted(descriptor, queue.length >= queue.capacity);
      queue.waitForPlace();
      thread.showPut(descriptor, queue.length + 1);
      queue.put(descriptor, stamp);
    }
  }
  // Connections that were not accepted are refused too, unless others serve them: closing the socket would reset them.
  if (!control.leaving) listener.setNonBlocking(true);
  for (let descriptor = acceptRest(); descriptor !== WOULD_BLOCK; descriptor = acceptRest()) {
    thread.turnAway(Socket.adopt(descriptor), 'shutting-down');
  }
} finally {
  // The pool threads wait for the sentinel; the main thread puts it if this code isn't reached.
  queue.end();
}

function accepts(): boolean {
  return control.order === RUN && !control.leaving;
}

function acceptRest(): number {
  return control.leaving ? WOULD_BLOCK : accept();
}

/** Blocks in accept; returns `WOULD_BLOCK` if an order, a timeout or a lack of descriptors ended the wait. */
function acceptBlocking(): number {
  thread.beforeBlocking('accept');
  if (shared !== undefined) {
    shared.wait();
    thread.afterCall();
    return accepts() ? accept() : WOULD_BLOCK;
  }
  slot.enter(ACCEPTING, listener.descriptor);
  try {
    return control.order === RUN ? accept() : WOULD_BLOCK;
  } finally {
    slot.leave(ACCEPTING);
    thread.afterCall();
  }
}

function accept(): number {
  try {
    return listener.acceptDescriptor();
  } catch (error) {
    // The main thread has called shutdown(2) on the listening socket, to wake this thread.
    if (error instanceof SocketError && error.code === 'EINVAL' && control.order !== RUN) return WOULD_BLOCK;
    if (!mayPass(error)) throw error;
    if (!noticed) thread.notice(acceptNotice(error));
    noticed = true;
    control.pause(FAILED_PAUSE_MS);
    return WOULD_BLOCK;
  }
}
