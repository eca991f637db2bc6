/** Starting the threads of a server. */
import { availableParallelism } from 'node:os';

/** A thread that was started, or that could not be. */
export interface StartedThread {
  /** Resolves when it serves; stays pending if it never does. */
  readonly ready: Promise<undefined>;
  /** Resolves when it has ended, with or without an error. */
  readonly ended: Promise<undefined>;
}

/**
 * Starts threads, a few at a time: the first ones serve while the others start. Started all at once they share the
 * processors, and a client of a pool with 16 threads waits until nearly all of them have started.
 */
export async function startInTurn(starts: readonly (() => StartedThread)[]): Promise<readonly StartedThread[]> {
  const waiting = starts.values();
  const threads: StartedThread[] = [];
  const startOneAfterTheOther = async (): Promise<void> => {
    for (const start of waiting) {
      const thread = start();
      threads.push(thread);
      await Promise.race([thread.ready, thread.ended]);
    }
  };
  // Two, even on one processor: a thread that hangs as it starts does not keep the others from starting.
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, startOneAfterTheOther));
  return threads;
}
