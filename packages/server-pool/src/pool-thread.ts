/** A pool thread: it takes clients from the queue and serves each to its end. */
import { ServerThread } from '@concurrent-primes/server-core';
import { Socket } from '@concurrent-primes/sockets';
import { BoundedQueue, END } from './bounded-queue.ts';
import { sinceMs } from './queue-clock.ts';
import { POOL_SEND_BYTES, serve } from './serve.ts';
import { ThreadSlot } from './thread-slot.ts';

/** Data from the main thread. */
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
    // The thread continues: if no thread took clients, the accept thread could block at a full queue for ever.
    thread.failed(error);
  }
  thread.close(connection, 'shutdown');
}
