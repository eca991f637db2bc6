/** A thread that blocks in one system call inside its slot, and posts the result. */
import { parentPort, workerData } from 'node:worker_threads';
import { ListeningSocket, Socket, SocketError } from '@concurrent-primes/sockets';
import { ACCEPTING, type BlockedState, ThreadSlot } from '../thread-slot.ts';

export interface BlockedWorkerData {
  readonly slots: SharedArrayBuffer;
  readonly state: BlockedState;
  /** A blocking socket, listening for `ACCEPTING`; the main thread owns it. */
  readonly descriptor: number;
}

export interface BlockedWorkerResult {
  /** What the call returned, or the `code` of what it threw. */
  readonly outcome: number | string;
  /** What `leave()` returned. */
  readonly woken: boolean;
}

const { slots, state, descriptor } = workerData as BlockedWorkerData;
const slot = new ThreadSlot(slots, 0);
const call = blockingCall();
slot.enter(state, descriptor);
const outcome = outcomeOf(call);
const woken = slot.leave(state);
parentPort!.postMessage({ outcome, woken } satisfies BlockedWorkerResult);

function blockingCall(): () => number {
  if (state === ACCEPTING) {
    const listener = ListeningSocket.adopt(descriptor);
    return () => listener.acceptDescriptor();
  }
  const socket = Socket.adopt(descriptor);
  return () => socket.recv(new Uint8Array(1));
}

function outcomeOf(blocking: () => number): number | string {
  try {
    return blocking();
  } catch (error) {
    if (error instanceof SocketError) return error.code;
    throw error;
  }
}
