/** The loop thread: it makes a {@link Loop} and runs it. */
import { workerData } from 'node:worker_threads';
import { ServerThread } from '@concurrent-primes/server-core';
import { ListeningSocket, type SelectorKind, createSelector } from '@concurrent-primes/sockets';
import { Loop } from './loop.ts';
import { PausedLoops } from './paused-loops.ts';
import { Quantum } from './quantum.ts';

export interface LoopThreadData {
  /** Descriptor of the listening socket; the loop owns it once it serves. */
  readonly listener: number;
  /** Index of this loop, from 0. */
  readonly loop: number;
  /** Descriptor that becomes readable when this loop is woken; the main thread owns it. */
  readonly wakeDescriptor: number;
  /** Descriptors that wake each of the loops; the main thread owns them. */
  readonly wakeDescriptors: readonly number[];
  readonly pausedLoops: SharedArrayBuffer;
  readonly selector: SelectorKind;
  readonly quantumBytes: number;
  readonly quantumAloneBytes: number;
}

const data = workerData as LoopThreadData;
const thread = await ServerThread.begin<LoopThreadData>(data.quantumAloneBytes);
const listener = ListeningSocket.adopt(data.listener);
const loop = new Loop(thread, {
  selector: createSelector(data.selector),
  listener,
  wakeDescriptor: data.wakeDescriptor,
  pausedLoops: new PausedLoops(data.wakeDescriptors, data.loop, data.pausedLoops),
  quantum: new Quantum(data.quantumBytes, data.quantumAloneBytes),
});
thread.ready();
try {
  loop.run();
} finally {
  // Also after a failure: clients of a port without an accepting thread would wait for ever.
  listener.close();
}
