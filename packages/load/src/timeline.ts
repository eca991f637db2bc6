/**
 * Merges the samples of all threads over time: the run second by second, and its current state.
 *
 * A point of the timeline is complete when every thread has reported up to its end. Its histograms are dropped then, so a
 * run of hours needs no more memory than one of seconds. The drain has a point of its own, because its requests do not
 * count in the rate.
 */
import { Histogram } from './histogram.ts';
import type { LoadPhase, TimedSample } from './load-loop.ts';
import type { TimelinePoint } from './load-result.ts';
import { SAMPLE_MS } from './plan-parts.ts';

/** The state of a run while it lasts. */
export interface LoadSnapshot {
  readonly phase: LoadPhase;
  /** Time since the phase began. */
  readonly elapsedMs: number;
  /** Good requests done since the start of the measured time. */
  readonly requests: number;
  /** Good requests failed since the start of the measured time. */
  readonly errors: number;
  /** Of the last second. */
  readonly requestsPerSecond: number;
  /** `done` of the last second. */
  readonly p99Ms: number;
}

/** Time that the recent values of a snapshot cover. */
const RECENT_MS = 1000;

/** Sum of several samples. */
class Slice {
  readonly done = new Histogram();
  requests = 0;
  errors = 0;
  bytes = 0;

  add({ requests, errors, bytes, done }: TimedSample): void {
    this.requests += requests;
    this.errors += errors;
    this.bytes += bytes;
    this.done.add(done);
  }
}

/** Merges samples. */
export class Timeline {
  readonly #pointMs: number;
  readonly #points: TimelinePoint[] = [];
  /** Incomplete points, by number. */
  readonly #slices = new Map<number, Slice>();
  /** Time up to which each thread has reported. */
  readonly #reportedMs: number[];
  #recent: TimedSample[] = [];
  #requests = 0;
  #errors = 0;
  #phase: LoadPhase = 'warmup';
  readonly #drain = new Slice();
  #drainedMs = 0;

  /**
   * @param threads - number of threads
   * @param pointMs - time that a point covers
   */
  constructor(threads: number, pointMs: number) {
    this.#pointMs = pointMs;
    this.#reportedMs = new Array<number>(threads).fill(-Infinity);
  }

  /** Adds a thread's next sample. */
  add(thread: number, sample: TimedSample): void {
    const { atMs, phase, requests, errors } = sample;
    this.#reportedMs[thread] = atMs;
    if (phase === 'warmup') return;
    this.#phase = phase;
    this.#requests += requests;
    this.#errors += errors;
    this.#recent.push(sample);
    if (phase === 'drain') {
      this.#drain.add(sample);
      this.#drainedMs = Math.max(this.#drainedMs, atMs);
      return;
    }
    // A sample that ends with a point belongs to it. The last sample of the warm-up can hold requests of the time after.
    const number = Math.max(0, Math.ceil(atMs / this.#pointMs) - 1);
    const slice = this.#slices.get(number) ?? new Slice();
    this.#slices.set(number, slice);
    slice.add(sample);
    this.#complete(Math.min(...this.#reportedMs));
  }

  /**
   * Completes the timeline.
   *
   * @param elapsedMs - measured time, at which the last point ends
   */
  points(elapsedMs: number): TimelinePoint[] {
    this.#complete(Infinity);
    return this.#points.map((point) => ({ ...point, atMs: Math.min(point.atMs, elapsedMs) }));
  }

  /** The drain; undefined if nothing was done in it. */
  get drain(): TimelinePoint | undefined {
    const { requests, errors, bytes } = this.#drain;
    return requests + errors + bytes === 0 ? undefined : pointOf(this.#drainedMs, this.#drain);
  }

  /**
   * Returns the current state.
   *
   * @param loadMs - time since the load began
   * @param warmupMs - length of the warm-up
   */
  snapshot(loadMs: number, warmupMs: number): LoadSnapshot {
    const nowMs = loadMs - warmupMs;
    this.#recent = this.#recent.filter(({ atMs }) => atMs > nowMs - RECENT_MS);
    const recent = new Slice();
    for (const sample of this.#recent) recent.add(sample);
    const spanMs = Math.min(RECENT_MS, Math.max(nowMs, SAMPLE_MS));
    return {
      phase: this.#phase,
      elapsedMs: Math.max(0, this.#phase === 'warmup' ? loadMs : nowMs),
      requests: this.#requests,
      errors: this.#errors,
      requestsPerSecond: (recent.requests / spanMs) * 1000,
      p99Ms: recent.done.percentileMs(99),
    };
  }

  /** Completes the points that end by a time. */
  #complete(untilMs: number): void {
    for (const number of [...this.#slices.keys()].sort((a, b) => a - b)) {
      const atMs = (number + 1) * this.#pointMs;
      if (atMs > untilMs) return;
      this.#points.push(pointOf(atMs, this.#slices.get(number)!));
      this.#slices.delete(number);
    }
  }
}

function pointOf(atMs: number, { requests, errors, bytes, done }: Slice): TimelinePoint {
  return { atMs, requests, errors, p50Ms: done.percentileMs(50), p99Ms: done.percentileMs(99), bytes };
}
