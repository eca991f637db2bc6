/**
 * Doing a job over an interval, piece by piece, in order, by one thread or by several.
 *
 * Several threads take the pieces in turn: piece i goes to thread i mod n, and each answers in order. So the results
 * come in order without being sorted, and as pieces cost about the same, no thread waits for long. Only a few pieces
 * are under way at a time: whoever takes the results slowly holds the threads back, and memory stays bounded.
 */
import { SEGMENT_SPAN } from '@concurrent-primes/sieve';
import { JOBS, type JobName } from './jobs.ts';
import { type Interval, piecesOf } from './pieces.ts';
import { WorkerThread } from './worker-thread.ts';

/** Two threads are no faster than one for 200 segments, 0.25 s of work: they have to start, and to hand results over. */
const SEGMENTS_WORTH_A_THREAD = 128;

/** Pieces under way for each thread: one that it works on, and the next. */
const PIECES_PER_THREAD = 2;

/** A piece that is done. */
export interface DonePiece {
  readonly interval: Interval;
  readonly result: Uint8Array<ArrayBuffer>;
}

/**
 * Does a job over an interval.
 *
 * @param name - which job
 * @param interval - int32 bounds
 * @param threads - how many there are, from {@link usefulThreads}; 1 is the calling thread, without any other
 * @returns the pieces in ascending order; leaving the loop early ends the threads
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
 * How many threads make a job faster.
 *
 * @param name - which job
 * @param interval - int32 bounds
 * @param wanted - the most to use, at least 1
 */
export function usefulThreads(name: JobName, [a, b]: Interval, wanted: number): number {
  // Bytes come faster from the sieve than from another thread.
  if (name === 'int32be') return 1;
  const segments = Math.max(0, b - Math.max(a, 0)) / SEGMENT_SPAN;
  return Math.max(1, Math.min(wanted, Math.floor(segments / SEGMENTS_WORTH_A_THREAD)));
}

// eslint-disable-next-line @typescript-eslint/require-await -- the same type as by threads
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
