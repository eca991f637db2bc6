/**
 * The accounts of one thread: what was done, what failed, and how long it took.
 *
 * What ends after the warm-up counts, also when it began in it: a client that waits all the time for an answer would
 * not be seen otherwise. What ends after the measured time, in the drain, has its latency recorded, but adds nothing to
 * the throughput; samples tell of it all the same, as those of the drain. All times are those of the load, see
 * `LoadTimeMs`.
 */
import { Histogram } from './histogram.ts';
import type { LoadTimeMs } from './schedule.ts';
import {
  type EncodedHistogram,
  type ErrorKind,
  LATENCY_PARTS,
  type Latencies,
  type MisbehavingResult,
} from './types.ts';

/** When the parts of a request came to their end, but the last. */
export interface RequestTimes {
  readonly dueMs: LoadTimeMs;
  readonly beganMs: LoadTimeMs;
  readonly countMs: LoadTimeMs;
  readonly lastPrimeMs: LoadTimeMs;
}

/** What happened since the sample before; plain data. */
export interface Sample {
  readonly requests: number;
  readonly errors: number;
  readonly bytes: number;
  readonly done: EncodedHistogram;
}

/** What a thread has measured; plain data. */
export interface Measured {
  readonly requests: number;
  /** Of them, those that were done in the measured time. */
  readonly requestsInTime: number;
  readonly unfinished: number;
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
  readonly bytes: number;
  readonly histograms: Latencies<EncodedHistogram>;
  /** By slot: requests done. */
  readonly perSlot: readonly number[];
  readonly misbehaving: Readonly<Record<string, MisbehavingResult>>;
}

/** Keeps them. */
export class Recorder {
  readonly #fromMs: LoadTimeMs;
  #endMs: LoadTimeMs = Infinity;
  readonly #histograms: Latencies<Histogram>;
  readonly #perSlot: number[];
  readonly #errors: Partial<Record<ErrorKind, number>> = {};
  readonly #misbehaving: Record<string, { clients: number; visits: number; errors: number }> = {};
  #requests = 0;
  #requestsInTime = 0;
  #unfinished = 0;
  #bytes = 0;
  readonly #sinceSample = { requests: 0, errors: 0, bytes: 0, done: new Histogram() };

  /**
   * @param fromMs - when the warm-up is over
   * @param slots - how many good clients there are
   * @param misbehaving - a name for each misbehaving client
   */
  constructor(fromMs: LoadTimeMs, slots: number, misbehaving: readonly string[]) {
    this.#fromMs = fromMs;
    this.#perSlot = new Array<number>(slots).fill(0);
    const parts = LATENCY_PARTS.map((part) => [part, new Histogram()] as const);
    this.#histograms = Object.fromEntries(parts) as unknown as Latencies<Histogram>;
    for (const name of misbehaving) (this.#misbehaving[name] ??= { clients: 0, visits: 0, errors: 0 }).clients++;
  }

  /** The measured time ends. */
  end(atMs: LoadTimeMs): void {
    this.#endMs = atMs;
  }

  /** A good client's connection was made. */
  connected(beganMs: LoadTimeMs, atMs: LoadTimeMs): void {
    if (this.#counts(atMs)) this.#histograms.connect.record(atMs - beganMs);
  }

  /** A good client received so many bytes. */
  received(bytes: number, atMs: LoadTimeMs): void {
    if (!this.#counts(atMs)) return;
    this.#sinceSample.bytes += bytes;
    if (this.#isInTime(atMs)) this.#bytes += bytes;
  }

  /** A good client's request is done. */
  done(slot: number, times: RequestTimes, doneMs: LoadTimeMs): void {
    const { dueMs, beganMs, countMs, lastPrimeMs } = times;
    if (!this.#counts(doneMs)) return;
    this.#requests++;
    this.#perSlot[slot]!++;
    this.#histograms.count.record(countMs - dueMs);
    this.#histograms.lastPrime.record(lastPrimeMs - dueMs);
    this.#histograms.done.record(doneMs - dueMs);
    this.#histograms.uncorrected.record(doneMs - beganMs);
    this.#sinceSample.requests++;
    this.#sinceSample.done.record(doneMs - dueMs);
    if (this.#isInTime(doneMs)) this.#requestsInTime++;
  }

  /** A good client's request failed. */
  failed(kind: ErrorKind, atMs: LoadTimeMs): void {
    if (!this.#counts(atMs)) return;
    this.#errors[kind] = (this.#errors[kind] ?? 0) + 1;
    this.#sinceSample.errors++;
  }

  /**
   * The run is over, and a good request is not.
   *
   * @param dueMs - when it was due
   * @param beganMs - when it was begun; undefined if it never was
   * @param atMs - now
   */
  unfinished(dueMs: LoadTimeMs, beganMs: LoadTimeMs | undefined, atMs: LoadTimeMs): void {
    if (!this.#counts(atMs)) return;
    this.#unfinished++;
    this.#histograms.done.record(atMs - dueMs);
    if (beganMs !== undefined) this.#histograms.uncorrected.record(atMs - beganMs);
  }

  /** A misbehaving client's connection is over, or was held until the end. */
  visited(name: string, failed: boolean, atMs: LoadTimeMs): void {
    if (!this.#counts(atMs)) return;
    this.#misbehaving[name]!.visits++;
    if (failed) this.#misbehaving[name]!.errors++;
  }

  /** What happened since it was last asked. */
  takeSample(): Sample {
    const since = this.#sinceSample;
    const sample = { ...since, done: since.done.encode() };
    since.done.clear();
    Object.assign(since, { requests: 0, errors: 0, bytes: 0 });
    return sample;
  }

  /** All of it. */
  result(): Measured {
    const histograms = LATENCY_PARTS.map((part) => [part, this.#histograms[part].encode()] as const);
    return {
      requests: this.#requests,
      requestsInTime: this.#requestsInTime,
      unfinished: this.#unfinished,
      errors: this.#errors,
      bytes: this.#bytes,
      histograms: Object.fromEntries(histograms) as unknown as Latencies<EncodedHistogram>,
      perSlot: this.#perSlot,
      misbehaving: this.#misbehaving,
    };
  }

  #counts(atMs: LoadTimeMs): boolean {
    return atMs >= this.#fromMs;
  }

  #isInTime(atMs: LoadTimeMs): boolean {
    return atMs <= this.#endMs;
  }
}
