/** The loop thread: it wires a {@link Loop} together and runs it to its end. */
import { workerData } from 'node:worker_threads';
import { ServerThread } from '@concurrent-primes/server-core';
import { ListeningSocket, type SelectorKind, createSelector } from '@concurrent-primes/sockets';
import { Loop } from './loop.ts';
import { PausedLoops } from './paused-loops.ts';

/** What the loop thread gets from the main thread. */
export interface LoopThreadData {
  /** Descriptor of the listening socket; the loop owns it once it is ready. */
  readonly listener: number;
  /** Which of the loops this one is, from 0. */
  readonly loop: number;
  /** Descriptor that becomes readable when somebody has woken this loop; the main thread owns it. */
  readonly wakeDescriptor: number;
  /** Descriptors to wake each loop by; the main thread owns them. */
  readonly wakeDescriptors: readonly number[];
  /** Memory of {@link PausedLoops}. */
  readonly pausedLoops: SharedArrayBuffer;
  readonly selector: SelectorKind;
  readonly quantumBytes: number;
  readonly quantumAloneBytes: number;
}

const { wakeDescriptor, selector, quantumBytes, quantumAloneBytes, ...data } = workerData as LoopThreadData;
const thread = await ServerThread.begin<LoopThreadData>();
const listener = ListeningSocket.adopt(data.listener);
const loop = new Loop(thread, {
  selector: createSelector(selector),
  listener,
  wakeDescriptor,
  pausedLoops: new PausedLoops(data.wakeDescriptors, data.loop, data.pausedLoops),
  quantumBytes,
  quantumAloneBytes,
});
thread.ready();
try {
  loop.run();
} finally {
  // Also when something failed here: a port where nobody accepts would keep its clients waiting for ever.
  listener.close();
}
