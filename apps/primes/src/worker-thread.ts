/** A thread that does jobs one after the other; `worker-entry.ts` is the code that runs in it. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { JobName } from './jobs.ts';
import type { Interval } from './pieces.ts';

/** The same file in src and in dist. */
const ENTRY = new URL(`./worker-entry${extname(import.meta.url)}`, import.meta.url);

/** A message to the thread. */
export interface Order {
  readonly name: JobName;
  readonly interval: Interval;
}

/** A running thread; it ends with {@link WorkerThread.stop}. */
export class WorkerThread {
  readonly #worker = new Worker(ENTRY);
  /** Promises of answers, which come in the sequence of the orders. */
  readonly #waiting: PromiseWithResolvers<Uint8Array<ArrayBuffer>>[] = [];

  constructor() {
    this.#worker.on('message', (result: Uint8Array<ArrayBuffer>) => {
      this.#waiting.shift()!.resolve(result);
    });
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  /** Does a job for a piece; need not wait for earlier answers. */
  perform(name: JobName, interval: Interval): Promise<Uint8Array<ArrayBuffer>> {
    const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    // The first rejection ends the loop; those of later pieces are not awaited.
    answer.promise.catch(() => undefined);
    this.#waiting.push(answer);
    this.#worker.postMessage({ name, interval } satisfies Order);
    return answer.promise;
  }

  /** Ends the thread, even in the middle of its work. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
