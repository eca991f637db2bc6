/**
 * A pool thread reduced to its slot: it repeatedly closes a socket and opens another one, which gets the same descriptor,
 * while the main thread tries to wake it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Socket, WOULD_BLOCK, connect, listen } from '@concurrent-primes/sockets';
import { IDLE, ThreadSlot } from '../thread-slot.ts';

export interface SlotWorkerData {
  readonly slots: SharedArrayBuffer;
  readonly connections: number;
}

export interface SlotWorkerResult {
  readonly woken: number;
  /** Sockets that were shut down while the thread was not in its slot. */
  readonly wronglyShutDown: number;
  /** Times that `leave` reported a wake-up without a shutdown of the socket. */
  readonly falselyTold: number;
}

const { slots, connections } = workerData as SlotWorkerData;
const slot = new ThreadSlot(slots, 0);
const listener = listen({ host: '127.0.0.1', port: 0 });
const buffer = new Uint8Array(1);
const result = { woken: 0, wronglyShutDown: 0, falselyTold: 0 };

/** Whether the receiving direction was shut down; the peer sends nothing and stays. */
function isShutDown(socket: Socket): boolean {
  return socket.recv(buffer) !== WOULD_BLOCK;
}

for (let index = 0; index < connections; index += 1) {
  const peer = connect(listener.localAddress());
  const socket = listener.accept({ nonBlocking: true })!;
  if (isShutDown(socket)) result.wronglyShutDown += 1;
  // Every other time it blocks until it is woken; otherwise it leaves immediately, sometimes during a wake-up.
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
