/**
 * Doing a job over an interval, piece by piece, in order, by one thread or several.
 *
 * Piece i goes to thread i mod n, and each thread answers in order, so results need no sorting; pieces cost about the
 * same, so no thread waits long. Only a few pieces are in progress at a time: a slow reader of the results slows the
 * threads down, and memory stays bounded.
 */
import { SEGMENT_SPAN } from '@concurrent-primes/sieve';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { JOBS, type JobName } from './jobs.ts';
import { type Interval, piecesOf } from './pieces.ts';

/** Two threads are no faster than one for 200 segments, 0.25 s of work, because they must start and pass on results. */
const SEGMENTS_WORTH_A_THREAD = 128;

/** Pieces in progress for each thread: the current one and the next. */
const PIECES_PER_THREAD = 2;

/** The code in each thread: the same file in src and in dist. */
const ENTRY = new URL(`./worker-entry${extname(import.meta.url)}`, import.meta.url);

/** A message to a thread. */
export interface Order {
  readonly name: JobName;
  readonly interval: Interval;
}

/** A finished piece. */
export interface DonePiece {
  readonly interval: Interval;
  readonly result: Uint8Array<ArrayBuffer>;
}

/**
 * Does a job over an interval, and yields its pieces in ascending order; leaving the loop early ends the threads.
 *
 * @param count - Number of threads; 1 means the calling thread alone.
 */
export async function* perform(
  name: JobName,
  interval: Interval,
  count: number,
): AsyncGenerator<DonePiece, void, undefined> {
  const pieces = piecesOf(interval);
  if (count === 1) {
    for (const piece of pieces) yield { interval: piece, result: JOBS[name](piece) };
    return;
  }
  const threads = Array.from({ length: count }, () => new WorkerThread());
  const underWay: Promise<DonePiece>[] = [];
  try {
    let turn = 0;
    for (const piece of pieces) {
      const thread = threads[turn++ % count]!;
      underWay.push(thread.perform({ name, interval: piece }).then((result) => ({ interval: piece, result })));
      if (underWay.length === count * PIECES_PER_THREAD) yield await underWay.shift()!;
    }
    for (const piece of underWay) yield await piece;
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}

/** The number of threads, at most `wanted`, that makes a job fastest. */
export function usefulThreads(name: JobName, [a, b]: Interval, wanted: number): number {
  // The sieve makes bytes faster than another thread could pass them on.
  if (name === 'int32be') return 1;
  const segments = Math.max(0, b - Math.max(a, 0)) / SEGMENT_SPAN;
  return Math.max(1, Math.min(wanted, Math.floor(segments / SEGMENTS_WORTH_A_THREAD)));
}

/** A running thread, which does jobs one after the other. */
class WorkerThread {
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
  perform(order: Order): Promise<Uint8Array<ArrayBuffer>> {
    const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    // The first rejection ends the loop; those of later pieces are not awaited.
    answer.promise.catch(() => undefined);
    this.#waiting.push(answer);
    this.#worker.postMessage(order);
    return answer.promise;
  }

  /** Ends the thread, even in the middle of its work. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
