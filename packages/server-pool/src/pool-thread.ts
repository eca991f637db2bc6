/** A pool thread: it takes clients from the queue and serves each to its end. */
import { RUN, ServerThread } from '@concurrent-primes/server-core';
import { Socket } from '@concurrent-primes/sockets';
import { AddressTokens } from './address-tokens.ts';
import { BoundedQueue, END } from './bounded-queue.ts';
import { Farewells } from './farewells.ts';
import { sinceMs } from './queue-clock.ts';
import { POOL_SEND_BYTES, serve } from './serve.ts';
import { ThreadSlot } from './thread-slot.ts';

export interface PoolThreadData {
  readonly queue: SharedArrayBuffer;
  readonly queueCapacity: number;
  readonly slots: SharedArrayBuffer;
  readonly slot: number;
  /** Descriptor that is readable once the order is `CUT`; the main thread owns it. */
  readonly cutDescriptor: number;
  /** Memory of {@link AddressTokens}; undefined if addresses aren't limited. */
  readonly addressTokens: SharedArrayBuffer | undefined;
}

const thread = await ServerThread.begin<PoolThreadData>(POOL_SEND_BYTES);
const { data } = thread;
const queue = new BoundedQueue(data.queueCapacity, data.queue);
const tokens = data.addressTokens && new AddressTokens(data.addressTokens);
const farewells = new Farewells(thread, data.cutDescriptor);
const context = {
  control: thread.control,
  limits: thread.limits,
  slot: new ThreadSlot(data.slots, data.slot),
  now: () => thread.now(),
  watch: thread,
  room: thread,
};

thread.rehearse((connection) => {
  serve(connection, { ...context, watch: undefined, room: undefined });
});
thread.ready();
for (let descriptor = take(); descriptor !== END; descriptor = take()) {
  const queuedMs = sinceMs((queue.takenStamp + thread.heldMs) | 0);
  const connection = thread.open(Socket.adopt(descriptor), {
    admitted: true,
    address: tokens?.of(descriptor),
    queuedMs,
    item: queue.takenItem,
  });
  try {
    serve(connection, context);
  } catch (error) {
    // The thread continues: if no thread took clients, the accept thread could block at a full queue for ever.
    thread.failed(error);
  }
  // Only a client that was turned away may still send.
  if (connection.next === 'receive' && thread.control.order !== RUN) farewells.keep(connection);
  else thread.close(connection, 'shutdown');
}
farewells.wait();

/** Takes the next client; blocks while none waits. */
function take(): number {
  thread.beforeBlocking('take');
  const descriptor = queue.take();
  thread.afterCall();
  return descriptor;
}
