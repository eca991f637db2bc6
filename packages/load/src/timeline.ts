/**
 * Samples of all threads, put together in the order of time: what a run was like from second to second, and is like
 * now.
 *
 * A point of the timeline is made when every thread has told what it did until then; its histograms are dropped then,
 * so a run of hours needs no more memory than one of seconds. The drain after the measured time has a point of its own:
 * its requests were done, but belong to no rate.
 */
import { Histogram } from './histogram.ts';
import type { NumberedSample } from './loop.ts';
import { SAMPLE_MS } from './plan.ts';
import type { LoadSnapshot, TimelinePoint } from './types.ts';

/** What is shown while a run lasts is that of so many milliseconds. */
const RECENT_MS = 1000;

/** Sums of several samples. */
class Slice {
  readonly done = new Histogram();
  requests = 0;
  errors = 0;
  bytes = 0;

  add({ requests, errors, bytes, done }: NumberedSample): void {
    this.requests += requests;
    this.errors += errors;
    this.bytes += bytes;
    this.done.add(done);
  }
}

/** See above. */
export class Timeline {
  readonly #pointMs: number;
  readonly #points: TimelinePoint[] = [];
  /** Not yet complete, by the number of their point. */
  readonly #slices = new Map<number, Slice>();
  /** How far each thread has told. */
  readonly #toldMs: number[];
  #recent: NumberedSample[] = [];
  #requests = 0;
  #errors = 0;
  #phase: LoadSnapshot['phase'] = 'warmup';
  readonly #drain = new Slice();
  #drainedMs = 0;

  /**
   * @param threads - how many threads there are
   * @param pointMs - how much time a point stands for
   */
  constructor(threads: number, pointMs: number) {
    this.#pointMs = pointMs;
    this.#toldMs = new Array<number>(threads).fill(-Infinity);
  }

  /** Takes a thread's next sample. */
  add(thread: number, sample: NumberedSample): void {
    const { atMs, phase, requests, errors } = sample;
    this.#toldMs[thread] = atMs;
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
    // A sample ends at its time: one that ends with a point belongs to it. That of the turn in which the warm-up ended
    // may have something of the time after it.
    const number = Math.max(0, Math.ceil(atMs / this.#pointMs) - 1);
    const slice = this.#slices.get(number) ?? new Slice();
    this.#slices.set(number, slice);
    slice.add(sample);
    this.#complete(Math.min(...this.#toldMs));
  }

  /**
   * All points.
   *
   * @param elapsedMs - how long the run took; the last point ends there
   */
  points(elapsedMs: number): TimelinePoint[] {
    this.#complete(Infinity);
    return this.#points.map((point) => ({ ...point, atMs: Math.min(point.atMs, elapsedMs) }));
  }

  /** What was done in the drain; undefined if nothing was. */
  get drain(): TimelinePoint | undefined {
    const { requests, errors, bytes } = this.#drain;
    return requests + errors + bytes === 0 ? undefined : pointOf(this.#drainedMs, this.#drain);
  }

  /**
   * What it is like now.
   *
   * @param loadMs - since the load began
   * @param warmupMs - how long its warm-up is
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

  /** Makes points of what lies before a time. */
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
