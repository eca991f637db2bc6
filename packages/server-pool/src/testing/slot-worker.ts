/**
 * A pool thread reduced to its slot: it goes from connection to connection, each time closing one socket and opening
 * another, which the kernel gives the same number, while the main thread tries to wake it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Socket, WOULD_BLOCK, connect, listen } from '@concurrent-primes/sockets';
import { IDLE, ThreadSlot } from '../thread-slot.ts';

/** What it gets. */
export interface SlotWorkerData {
  readonly slots: SharedArrayBuffer;
  /** How many connections it goes through. */
  readonly connections: number;
}

/** What it tells when it ends. */
export interface SlotWorkerResult {
  readonly woken: number;
  /** Sockets that were shut down although the thread was not in its slot with them. */
  readonly wronglyShutDown: number;
  /** Times that the thread was told it was woken and its socket was not shut down. */
  readonly falselyTold: number;
}

const { slots, connections } = workerData as SlotWorkerData;
const slot = new ThreadSlot(slots, 0);
const listener = listen({ host: '127.0.0.1', port: 0 });
const buffer = new Uint8Array(1);
const result = { woken: 0, wronglyShutDown: 0, falselyTold: 0 };

/** Whether the receiving direction was ended; the peer says nothing and stays. */
function isShutDown(socket: Socket): boolean {
  return socket.recv(buffer) !== WOULD_BLOCK;
}

for (let index = 0; index < connections; index += 1) {
  const peer = connect(listener.localAddress());
  const socket = listener.accept({ nonBlocking: true })!;
  if (isShutDown(socket)) result.wronglyShutDown += 1;
  // Every other time it blocks until it is woken; otherwise it leaves at once, and meets a wake-up now and then.
  const blocks = index % 2 === 0;
  socket.setNonBlocking(!blocks);
  slot.enter(IDLE, socket.descriptor);
  if (blocks) socket.recv(buffer);
  const woken = slot.leave(IDLE);
  socket.setNonBlocking(true);
  if (woken) result.woken += 1;
  if (woken && !isShutDown(socket)) result.falselyTold += 1;
  if (!woken && isShutDown(socket)) result.wronglyShutDown += 1;
  socket.close();
  peer.close();
}
listener.close();
parentPort!.postMessage(result satisfies SlotWorkerResult);
