/** What can be done with a piece of an interval, on any thread. */
import { countPrimes, PrimeStream, SEGMENT_BYTES, sumPrimes } from '@concurrent-primes/sieve';
import { decimalsOf } from './decimals.ts';
import type { Interval } from './pieces.ts';

/** What each job gives for a piece. */
export interface Results {
  readonly count: bigint;
  readonly sum: bigint;
  /** A prime a line. */
  readonly lines: Uint8Array<ArrayBuffer>;
  /** Primes with a comma between two. */
  readonly list: Uint8Array<ArrayBuffer>;
  /** Four bytes a prime, in network byte order. */
  readonly int32be: Uint8Array<ArrayBuffer>;
}

/** The name of a job. */
export type JobName = keyof Results;

/** How a job is done. */
export interface Job<Result> {
  /** The segments in a piece: enough of them to forget what a piece costs beside its work. */
  readonly segmentsPerPiece: number;
  readonly run: (interval: Interval) => Result;
}

/** More than the primes of any segment fill: each of its bytes has at most 8 of them. */
const MAX_PRIMES_IN_SEGMENT = 8 * SEGMENT_BYTES;
const INT32_BYTES = 4;

/** All jobs. Those that print take a segment at a time, some 50,000 primes, as their pieces wait in memory. */
export const JOBS: { readonly [Name in JobName]: Job<Results[Name]> } = {
  count: { segmentsPerPiece: 32, run: ([a, b]) => BigInt(countPrimes(a, b)) },
  sum: { segmentsPerPiece: 32, run: ([a, b]) => sumPrimes(a, b) },
  lines: { segmentsPerPiece: 1, run: (interval) => decimalsOf(interval, '\n') },
  list: { segmentsPerPiece: 1, run: (interval) => decimalsOf(interval, ',').slice(0, -1) },
  int32be: { segmentsPerPiece: 1, run: int32beOf },
};

/** The primes of a piece that lies in one segment. */
function int32beOf([a, b]: Interval): Uint8Array<ArrayBuffer> {
  const stream = new PrimeStream(a, b);
  const bytes = new Uint8Array(MAX_PRIMES_IN_SEGMENT * INT32_BYTES);
  return bytes.slice(0, stream.fill(bytes));
}
