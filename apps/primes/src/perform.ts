/**
 * Doing a job over an interval, piece by piece, in order, by one thread or several.
 *
 * Piece i goes to thread i mod n, and each thread answers in order, so results need no sorting; pieces cost about the
 * same, so no thread waits long. Only a few pieces are in progress at a time: a slow reader of the results slows the
 * threads down, and memory stays bounded.
 */
import { SEGMENT_SPAN } from '@concurrent-primes/sieve';
import { JOBS, type JobName } from './jobs.ts';
import { type Interval, piecesOf } from './pieces.ts';
import { WorkerThread } from './worker-thread.ts';

/** Two threads are no faster than one for 200 segments, 0.25 s of work, because they must start and pass on results. */
const SEGMENTS_WORTH_A_THREAD = 128;

/** Pieces in progress for each thread: the current one and the next. */
const PIECES_PER_THREAD = 2;

/** A finished piece. */
export interface DonePiece {
  readonly interval: Interval;
  readonly result: Uint8Array<ArrayBuffer>;
}

/**
 * Does a job over an interval.
 *
 * @param interval - Int32 bounds.
 * @param threads - Result of {@link usefulThreads}; 1 means the calling thread alone.
 * @returns The pieces in ascending order; leaving the loop early ends the threads.
 */
export function perform(
  name: JobName,
  interval: Interval,
  threads: number,
): AsyncGenerator<DonePiece, void, undefined> {
  const pieces = piecesOf(interval);
  return threads === 1 ? performHere(name, pieces) : performByThreads(name, pieces, threads);
}

/**
 * The number of threads that makes a job fastest.
 *
 * @param interval - Int32 bounds.
 * @param wanted - Upper limit, at least 1.
 */
export function usefulThreads(name: JobName, [a, b]: Interval, wanted: number): number {
  // The sieve makes bytes faster than another thread could pass them on.
  if (name === 'int32be') return 1;
  const segments = Math.max(0, b - Math.max(a, 0)) / SEGMENT_SPAN;
  return Math.max(1, Math.min(wanted, Math.floor(segments / SEGMENTS_WORTH_A_THREAD)));
}

// eslint-disable-next-line @typescript-eslint/require-await -- same type as performByThreads
async function* performHere(name: JobName, pieces: Iterable<Interval>): AsyncGenerator<DonePiece, void, undefined> {
  for (const interval of pieces) yield { interval, result: JOBS[name](interval) };
}

async function* performByThreads(
  name: JobName,
  pieces: Iterable<Interval>,
  count: number,
): AsyncGenerator<DonePiece, void, undefined> {
  const threads = Array.from({ length: count }, () => new WorkerThread());
  const underWay: Promise<DonePiece>[] = [];
  try {
    let turn = 0;
    for (const interval of pieces) {
      const thread = threads[turn++ % count]!;
      underWay.push(thread.perform(name, interval).then((result) => ({ interval, result })));
      if (underWay.length === count * PIECES_PER_THREAD) yield await underWay.shift()!;
    }
    for (const piece of underWay) yield await piece;
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}
