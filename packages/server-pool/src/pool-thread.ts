/** A pool thread: it takes one client after the other out of the queue and serves it to its end. */
import { ServerThread } from '@concurrent-primes/server-core';
import { Socket } from '@concurrent-primes/sockets';
import { BoundedQueue, END } from './bounded-queue.ts';
import { sinceMs } from './queue-clock.ts';
import { POOL_SEND_BYTES, serve } from './serve.ts';
import { ThreadSlot } from './thread-slot.ts';

/** What a pool thread gets from the main thread. */
export interface PoolThreadData {
  readonly queue: SharedArrayBuffer;
  readonly queueCapacity: number;
  readonly slots: SharedArrayBuffer;
  /** Index of this thread's slot. */
  readonly slot: number;
}

const thread = await ServerThread.begin<PoolThreadData>(POOL_SEND_BYTES);
const { data } = thread;
const queue = new BoundedQueue(data.queueCapacity, data.queue);
const context = {
  control: thread.control,
  limits: thread.limits,
  slot: new ThreadSlot(data.slots, data.slot),
  now: () => thread.now(),
};

thread.rehearse((connection) => {
  serve(connection, context);
});
thread.ready();
for (let descriptor = queue.take(); descriptor !== END; descriptor = queue.take()) {
  const connection = thread.open(Socket.adopt(descriptor), { admitted: true, queuedMs: sinceMs(queue.takenStamp) });
  try {
    serve(connection, context);
  } catch (error) {
    // It goes on: if no thread took clients out of the queue, the accept thread could wait for room in it for ever.
    thread.failed(error);
  }
  thread.close(connection, 'shutdown');
}
