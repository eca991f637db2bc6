/** When the requests of an open loop are due, and how many clients of a closed loop are active. It has no clock. */
import type { LoadPlan } from './load-plan.ts';

/** Milliseconds since the load began, warm-up included. */
export type LoadTimeMs = number;

/**
 * When each request of an open loop is due.
 *
 * On a ramp the rate at time t is r(t) = from + k t, so n(t) = from t + k t² / 2 requests are due by then; the n-th is
 * due at the root of that equation. At a constant rate k is 0.
 */
export class DueTimes {
  readonly #warmupMs: number;
  /** Requests a millisecond in the warm-up, and their number. */
  readonly #from: number;
  readonly #warmupRequests: number;
  /** Growth of the rate in a millisecond. */
  readonly #slope: number;

  /** @param plan - with an open loop */
  constructor(plan: LoadPlan) {
    const { warmupMs, durationMs, model, ramp } = plan;
    if (model.kind !== 'open') throw new Error('cannot schedule requests: the loop must be open, got a closed one');
    this.#warmupMs = warmupMs;
    this.#from = (ramp?.from ?? model.rate) / 1000;
    this.#slope = ramp === undefined ? 0 : (ramp.to - ramp.from) / 1000 / durationMs!;
    this.#warmupRequests = Math.ceil(this.#from * warmupMs);
  }

  /**
   * Tells when a request is due.
   *
   * @param index - number of the request, from 0
   * @returns Infinity for never
   */
  at(index: number): LoadTimeMs {
    if (index < this.#warmupRequests) return index / this.#from;
    const n = index - this.#from * this.#warmupMs;
    const root = Math.sqrt(this.#from ** 2 + 2 * this.#slope * n);
    // This form of the root neither subtracts nor divides by the slope, which may be 0.
    const time = n <= 0 ? 0 : (2 * n) / (this.#from + root);
    return Number.isNaN(time) ? Infinity : this.#warmupMs + time;
  }
}

/**
 * Counts the good clients of a closed loop that are active at a time.
 *
 * @returns clients with a lower number are active; Infinity without a ramp
 */
export function activeClients({ ramp, warmupMs, durationMs }: LoadPlan, atMs: LoadTimeMs): number {
  if (ramp === undefined) return Infinity;
  const done = Math.min(Math.max((atMs - warmupMs) / durationMs!, 0), 1);
  return Math.round(ramp.from + (ramp.to - ramp.from) * done);
}
