/** When requests of an open loop fall due, and how many clients of a closed loop are at work: plans, without a clock. */
import type { LoadPlan } from './types.ts';

/** Since the load began, with its warm-up, in milliseconds. */
export type LoadTimeMs = number;

/**
 * When each request of an open loop falls due.
 *
 * At a constant rate that is each 1 / rate. On a ramp the rate at time t is r(t) = from + k t, so by then
 * n(t) = from t + k t² / 2 have fallen due; the time of the n-th is the root of that.
 */
export class DueTimes {
  readonly #warmupMs: number;
  /** Requests a millisecond in the warm-up, and how many those are. */
  readonly #from: number;
  readonly #warmupRequests: number;
  /** By how much the rate grows in a millisecond. */
  readonly #slope: number;

  /** @param plan - with an open loop */
  constructor(plan: LoadPlan) {
    const { warmupMs, durationMs, model, ramp } = plan;
    if (model.kind !== 'open')
      throw new Error('cannot tell when requests are due: the loop must be open, it is closed');
    this.#warmupMs = warmupMs;
    this.#from = (ramp?.from ?? model.rate) / 1000;
    this.#slope = ramp === undefined ? 0 : (ramp.to - ramp.from) / 1000 / durationMs!;
    this.#warmupRequests = Math.ceil(this.#from * warmupMs);
  }

  /**
   * @param index - number of the request, from 0
   * @returns when it falls due; Infinity: never
   */
  at(index: number): LoadTimeMs {
    if (index < this.#warmupRequests) return index / this.#from;
    const n = index - this.#from * this.#warmupMs;
    const root = Math.sqrt(this.#from ** 2 + 2 * this.#slope * n);
    // Of the two forms of the root the one that doesn't subtract, and divides by no slope of 0.
    const time = n <= 0 ? 0 : (2 * n) / (this.#from + root);
    return Number.isNaN(time) ? Infinity : this.#warmupMs + time;
  }
}

/**
 * How many good clients of a closed loop are at work at a time.
 *
 * @param plan - see {@link LoadPlan}
 * @param atMs - when
 * @returns clients with a lower number are; Infinity without a ramp
 */
export function activeClients({ ramp, warmupMs, durationMs }: LoadPlan, atMs: LoadTimeMs): number {
  if (ramp === undefined) return Infinity;
  const done = Math.min(Math.max((atMs - warmupMs) / durationMs!, 0), 1);
  return Math.round(ramp.from + (ramp.to - ramp.from) * done);
}
