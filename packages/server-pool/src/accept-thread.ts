/**
 * The accept thread: it blocks in `accept(2)` and puts each new connection into the queue, where it blocks while the
 * queue is full. It sends nothing but refusals.
 */
import { workerData } from 'node:worker_threads';
import { ADDRESS_FULL, RUN, ServerThread, UNCOUNTED, acceptNotice } from '@concurrent-primes/server-core';
import { ListeningSocket, Socket, SocketError, WOULD_BLOCK, isExhausted, mayPass } from '@concurrent-primes/sockets';
import { AddressTokens } from './address-tokens.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { BusyNotice } from './busy-notice.ts';
import { Farewells } from './farewells.ts';
import { SharedAccept } from './shared-accept.ts';
import { stampMs } from './queue-clock.ts';
import { QueueKeeper } from './queue-keeper.ts';
import { RescuedClients } from './rescued-clients.ts';
import { ACCEPTING, ThreadSlot } from './thread-slot.ts';

export interface AcceptThreadData {
  readonly queue: SharedArrayBuffer;
  readonly queueCapacity: number;
  readonly threads: number;
  readonly slots: SharedArrayBuffer;
  readonly slot: number;
  /** Longest time of a client in the queue, in milliseconds. */
  readonly queueTimeoutMs: number;
  /** Descriptor of the listening socket, which is blocking unless it is shared; this thread owns it once it serves. */
  readonly listener: number;
  /** Memory of {@link RescuedClients}. */
  readonly rescued: SharedArrayBuffer;
  /** Descriptor that is readable once the order is `CUT`; the main thread owns it. */
  readonly cutDescriptor: number;
  /** Memory of {@link AddressTokens}; undefined if addresses aren't limited. */
  readonly addressTokens: SharedArrayBuffer | undefined;
  /** If the listening socket is shared: descriptor that becomes readable to wake this thread; the main thread owns it. */
  readonly wakeDescriptor: number | undefined;
}

/** Pause before the next try when the process has no descriptor left, or `accept` fails again and again, in milliseconds. */
const FAILED_PAUSE_MS = 50;

/** Time after which clients in a full queue are looked after, in milliseconds. */
const LOOK_MS = 1000;

/** Size of the send buffer: this thread sends only refusals. */
const SEND_BYTES = 64;

const data = workerData as AcceptThreadData;
const queue = new BoundedQueue(data.queueCapacity, data.queue);
const slot = new ThreadSlot(data.slots, data.slot);
const thread = await ServerThread.begin<AcceptThreadData>(SEND_BYTES);
const { control } = thread;
const farewells = new Farewells(thread, data.cutDescriptor);
const busyNotice = new BusyNotice(data.threads, (text) => {
  thread.notice(text, 'info');
});
const tokens = data.addressTokens && new AddressTokens(data.addressTokens);
/** Token of the address limit of the client that was accepted last. */
let address = UNCOUNTED;
const poolSlots = Array.from({ length: data.threads }, (_, index) => new ThreadSlot(data.slots, index));
const keeper = new QueueKeeper(thread, { queue, slots: poolSlots, queueTimeoutMs: data.queueTimeoutMs, tokens });
let noticed = false;

thread.ready();
// Closed also after a failure: clients of a port without an accepting thread would wait for ever.
using listener = ListeningSocket.adopt(data.listener);
using shared = data.wakeDescriptor === undefined ? undefined : new SharedAccept(listener, data.wakeDescriptor);
try {
  while (accepts()) {
    const descriptor = acceptBlocking();
    if (descriptor === WOULD_BLOCK) {
      keeper.look(serverStamp());
      continue;
    }
    const admitted = address !== ADDRESS_FULL && thread.admit();
    if (!admitted) thread.turnAway(Socket.adopt(descriptor), 'busy', { admitted, address });
    else {
      tokens?.keep(descriptor, address);
      const stamp = serverStamp();
      busyNotice.beforePut(queue, stamp);
      thread.showAccepted(descriptor, queue.length >= queue.capacity);
      while (!queue.waitForPlace(LOOK_MS)) keeper.look(serverStamp());
      thread.showPut(descriptor, queue.length + 1);
      queue.put(descriptor, stamp);
      keeper.look(stamp);
    }
  }
  // Connections that were not accepted are refused too, unless others serve them: closing the socket would reset them.
  if (!control.leaving) {
    listener.setNonBlocking(true);
    for (const descriptor of new RescuedClients(data.rescued).take()) farewells.refuse(Socket.adopt(descriptor));
    for (let descriptor = acceptLast(); descriptor !== WOULD_BLOCK; descriptor = acceptLast()) {
      farewells.refuse(Socket.adopt(descriptor));
    }
  }
  // Before the farewells: the kernel refuses clients that connect from now on.
  listener.close();
} finally {
  // The pool threads wait for the sentinel; the main thread puts it if this code isn't reached.
  queue.end();
}
farewells.wait();

/** The time at which a client is put, which stands while the server is held. */
function serverStamp(): number {
  return (stampMs() - thread.heldMs) | 0;
}

function accepts(): boolean {
  return control.order === RUN && !control.leaving;
}

/** Blocks in accept; returns `WOULD_BLOCK` if an order, a timeout or a lack of descriptors ended the wait. */
function acceptBlocking(): number {
  thread.beforeBlocking('accept');
  if (shared !== undefined) {
    shared.wait(LOOK_MS);
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

/** Accepts with the client's address, and counts it there. */
function acceptCounted(table: AddressTokens): number {
  const socket = listener.accept();
  if (socket === undefined) return WOULD_BLOCK;
  address = table.has(socket.descriptor) ? thread.admitAddress(socket) : UNCOUNTED;
  return socket.release();
}

/** Accepts after the order to stop. If there is no descriptor, clients that were refused before make room. */
function acceptLast(): number {
  for (;;) {
    try {
      return listener.acceptDescriptor();
    } catch (error) {
      // The main thread has called shutdown(2) on the listening socket.
      if (error instanceof SocketError && error.code === 'EINVAL') return WOULD_BLOCK;
      if (isExhausted(error) && farewells.endFirst()) continue;
      if (mayPass(error)) return WOULD_BLOCK;
      throw error;
    }
  }
}

function accept(): number {
  try {
    return tokens === undefined ? listener.acceptDescriptor() : acceptCounted(tokens);
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
