/** A thread that does jobs one after the other, as the main thread sees it. Its own side is `worker-entry.ts`. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { JobName } from './jobs.ts';
import type { Interval } from './pieces.ts';

/** From the source and from dist alike. */
const ENTRY = new URL(`./worker-entry${extname(import.meta.url)}`, import.meta.url);

/** What the thread is told. */
export interface Order {
  readonly name: JobName;
  readonly interval: Interval;
}

/** A running thread; it ends with {@link WorkerThread.stop}. */
export class WorkerThread {
  readonly #worker = new Worker(ENTRY);
  /** Those who wait for an answer, in the order of their orders, which is that of the answers. */
  readonly #waiting: PromiseWithResolvers<Uint8Array<ArrayBuffer>>[] = [];

  constructor() {
    this.#worker.on('message', (result: Uint8Array<ArrayBuffer>) => {
      this.#waiting.shift()!.resolve(result);
    });
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  /** Does a job for a piece; orders may be given before earlier ones are answered. */
  perform(name: JobName, interval: Interval): Promise<Uint8Array<ArrayBuffer>> {
    const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    // Rejections of pieces that nobody asks for any more are no news: the first one has ended the loop.
    answer.promise.catch(() => undefined);
    this.#waiting.push(answer);
    this.#worker.postMessage({ name, interval } satisfies Order);
    return answer.promise;
  }

  /** Ends the thread, in the middle of its work if need be. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
