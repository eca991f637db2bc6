/** A pool thread: takes a client out of the queue, serves it to its end, takes the next. */
import { ServerThread } from '@concurrent-primes/server-core';
import { Socket } from '@concurrent-primes/sockets';
import { BoundedQueue, END } from './bounded-queue.ts';
import { serve } from './serve.ts';
import { ThreadSlot } from './thread-slot.ts';

/** What a pool thread gets from the main thread. */
export interface PoolThreadData {
  readonly queue: SharedArrayBuffer;
  readonly queueCapacity: number;
  readonly slots: SharedArrayBuffer;
  /** Index of this thread's slot. */
  readonly slot: number;
}

const thread = await ServerThread.begin<PoolThreadData>();
const { data } = thread;
const queue = new BoundedQueue(data.queueCapacity, data.queue);
const surroundings = {
  control: thread.control,
  limits: data.limits,
  slot: new ThreadSlot(data.slots, data.slot),
  now: () => thread.now(),
};

thread.rehearse((connection) => {
  serve(connection, surroundings);
});
thread.ready();
for (let descriptor = queue.take(); descriptor !== END; descriptor = queue.take()) {
  const connection = thread.openConnection(Socket.adopt(descriptor));
  try {
    serve(connection, surroundings);
  } catch (error) {
    // It goes on: if no thread took out of the queue any more, the accept thread could wait for room in it for ever.
    thread.failed(error);
  }
  thread.closeConnection(connection, 'shutdown');
  thread.places.leave();
}
