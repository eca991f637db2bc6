/** Logs that all threads of a pool are busy, which explains why clients wait in the queue. */
import type { BoundedQueue } from './bounded-queue.ts';

/** Shortest time between two notices, in milliseconds. */
const REPEAT_MS = 10_000;

export class BusyNotice {
  readonly #threads: number;
  readonly #say: (text: string) => void;
  #busySince: number | undefined;
  #saidAt: number | undefined;

  /** @param say - called with the notice */
  constructor(threads: number, say: (text: string) => void) {
    this.#threads = threads;
    this.#say = say;
  }

  /**
   * Checks the queue before a client is put into it. All threads are busy if none waits although the queue has a
   * client. The time is that of `queue-clock.ts`.
   */
  beforePut(queue: Pick<BoundedQueue, 'hasIdleTaker' | 'length'>, nowMs: number): void {
    if (queue.hasIdleTaker || queue.length === 0) {
      this.#busySince = undefined;
      return;
    }
    this.#busySince ??= nowMs;
    if (this.#saidAt !== undefined && ((nowMs - this.#saidAt) | 0) < REPEAT_MS) return;
    this.#saidAt = nowMs;
    const forMs = (nowMs - this.#busySince) | 0;
    const since = forMs < 1000 ? '' : ` for ${(forMs / 1000).toFixed(0)} s`;
    const threads = this.#threads === 1 ? 'the one thread is' : `all ${this.#threads} threads are`;
    this.#say(`${threads} busy${since}: ${queue.length + 1} clients wait in the queue`);
  }
}
