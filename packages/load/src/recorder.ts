/**
 * What one thread counts and measures.
 *
 * A request counts if it ends after the warm-up, even if it began before: a client that waits all the time would not
 * show otherwise. A request that ends in the drain has its latency recorded, but does not add to the throughput; samples
 * show it as part of the drain.
 */
import { type EncodedHistogram, Histogram } from './histogram.ts';
import { type ErrorKind, LATENCY_PARTS, type Latencies, type MisbehavingResult } from './load-result.ts';
import type { LoadTimeMs } from './schedule.ts';

/** When the parts of a request ended, except the last. */
export interface RequestTimes {
  readonly dueMs: LoadTimeMs;
  readonly beganMs: LoadTimeMs;
  readonly countMs: LoadTimeMs;
  readonly lastPrimeMs: LoadTimeMs;
}

/** What happened since the previous sample; plain data. */
export interface Sample {
  readonly requests: number;
  readonly errors: number;
  readonly bytes: number;
  readonly done: EncodedHistogram;
}

/** What a thread has measured; plain data. */
export interface Measured {
  readonly requests: number;
  /** Those of them that were done in the measured time. */
  readonly requestsInTime: number;
  readonly unfinished: number;
  readonly resent: number;
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
  readonly bytes: number;
  readonly histograms: Latencies<EncodedHistogram>;
  /** Requests done, by slot. */
  readonly perSlot: readonly number[];
  readonly misbehaving: Readonly<Record<string, MisbehavingResult>>;
}

/** Counts and measures. */
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
  #resent = 0;
  #bytes = 0;
  readonly #sinceSample = { requests: 0, errors: 0, bytes: 0, done: new Histogram() };

  /**
   * @param fromMs - end of the warm-up
   * @param slots - number of good clients
   * @param misbehaving - a name for each misbehaving client
   */
  constructor(fromMs: LoadTimeMs, slots: number, misbehaving: readonly string[]) {
    this.#fromMs = fromMs;
    this.#perSlot = new Array<number>(slots).fill(0);
    const parts = LATENCY_PARTS.map((part) => [part, new Histogram()] as const);
    this.#histograms = Object.fromEntries(parts) as unknown as Latencies<Histogram>;
    for (const name of misbehaving) (this.#misbehaving[name] ??= { clients: 0, visits: 0, errors: 0 }).clients++;
  }

  /** Sets the end of the measured time. */
  end(atMs: LoadTimeMs): void {
    this.#endMs = atMs;
  }

  /** A good client has connected. */
  connected(beganMs: LoadTimeMs, atMs: LoadTimeMs): void {
    if (this.#counts(atMs)) this.#histograms.connect.record(atMs - beganMs);
  }

  /** A good client has received bytes. */
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

  /** A good client sends its request again, because its kept connection had been closed between two answers. */
  resent(atMs: LoadTimeMs): void {
    if (this.#counts(atMs)) this.#resent++;
  }

  /** A good client's request has failed. */
  failed(kind: ErrorKind, atMs: LoadTimeMs): void {
    if (!this.#counts(atMs)) return;
    this.#errors[kind] = (this.#errors[kind] ?? 0) + 1;
    this.#sinceSample.errors++;
  }

  /**
   * The run has ended before a good request was done.
   *
   * @param dueMs - when it was due
   * @param beganMs - when it began; undefined if it did not
   * @param atMs - now
   */
  unfinished(dueMs: LoadTimeMs, beganMs: LoadTimeMs | undefined, atMs: LoadTimeMs): void {
    if (!this.#counts(atMs)) return;
    this.#unfinished++;
    this.#histograms.done.record(atMs - dueMs);
    if (beganMs !== undefined) this.#histograms.uncorrected.record(atMs - beganMs);
  }

  /** A misbehaving client's connection has ended, or was held until the end. */
  visited(name: string, failed: boolean, atMs: LoadTimeMs): void {
    if (!this.#counts(atMs)) return;
    this.#misbehaving[name]!.visits++;
    if (failed) this.#misbehaving[name]!.errors++;
  }

  /** Returns what happened since the previous call. */
  takeSample(): Sample {
    const since = this.#sinceSample;
    const sample = { ...since, done: since.done.encode() };
    since.done.clear();
    Object.assign(since, { requests: 0, errors: 0, bytes: 0 });
    return sample;
  }

  /** Returns everything. */
  result(): Measured {
    const histograms = LATENCY_PARTS.map((part) => [part, this.#histograms[part].encode()] as const);
    return {
      requests: this.#requests,
      requestsInTime: this.#requestsInTime,
      unfinished: this.#unfinished,
      resent: this.#resent,
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
