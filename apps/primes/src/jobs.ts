/** Writing the primes of a piece, in any thread. */
import { chunkBuffer, PrimeStream } from '@concurrent-primes/sieve';
import { decimalsOf } from './decimals.ts';
import type { Interval } from './pieces.ts';

/** Writes the primes of a piece, a part of one segment. */
export type Job = (interval: Interval) => Uint8Array<ArrayBuffer>;

/** The largest chunk buffer: it holds all primes of any segment. */
const MAX_CHUNK_BYTES = 327_680;

/** All jobs. */
export const JOBS = {
  /** One prime a line. */
  lines: (interval) => decimalsOf(interval, '\n'),
  /** Primes separated by commas. */
  list: (interval) => decimalsOf(interval, ',').slice(0, -1),
  /** Four bytes a prime, in network byte order. */
  int32be: ([a, b]) => {
    const chunk = chunkBuffer(MAX_CHUNK_BYTES);
    return chunk.slice(0, new PrimeStream(a, b).fill(chunk));
  },
} satisfies Record<string, Job>;

/** The name of a job. */
export type JobName = keyof typeof JOBS;
