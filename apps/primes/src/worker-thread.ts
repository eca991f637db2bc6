/** A thread that does jobs one after the other, as the main thread sees it. Its own side is `worker-entry.ts`. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { JobName, Results } from './jobs.ts';
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
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];

  constructor() {
    this.#worker.on('message', (result: unknown) => {
      this.#waiting.shift()!.resolve(result);
    });
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  /** Does a job for a piece; orders may be given before earlier ones are answered. */
  async perform<Name extends JobName>(name: Name, interval: Interval): Promise<Results[Name]> {
    const answer = Promise.withResolvers<unknown>();
    // Rejections of pieces that nobody asks for any more are no news: the first one has ended the loop.
    answer.promise.catch(() => undefined);
    this.#waiting.push(answer);
    this.#worker.postMessage({ name, interval } satisfies Order);
    return (await answer.promise) as Results[Name];
  }

  /** Ends the thread, in the middle of its work if need be. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
