/**
 * Which client makes which request when: the two load models, without clock or socket.
 *
 * A thread has **slots**, a good client each, of which a free one can take a request. Whoever drives a dispatcher asks
 * it for the next assignment until there is none, and releases a slot when its request is over, whatever came of it.
 */
import type { Interval } from '@concurrent-primes/protocol';
import { IntervalSource } from './intervals.ts';
import type { ThreadPart } from './plan.ts';
import { activeClients, DueTimes, type LoadTimeMs } from './schedule.ts';
import type { LoadPlan } from './types.ts';

/** A request to begin now. */
export interface Assignment {
  readonly slot: number;
  readonly interval: Interval;
  /** When it was due: not later than now. */
  readonly dueMs: LoadTimeMs;
}

/** What both models do. */
export interface Dispatcher {
  /** When the next request is due that has a free slot; Infinity when only a release can bring one. */
  readonly wakeMs: LoadTimeMs;
  /** The longest that a request was begun after it was due though a slot was free. */
  readonly lateMs: number;
  /** Whether no request will be begun any more. */
  readonly exhausted: boolean;
  /** The next request to begin, if there is one now. */
  next(nowMs: LoadTimeMs): Assignment | undefined;
  /** The slot's request is over; after a failure the slot rests until the next tick if the server could be overrun. */
  release(slot: number, nowMs: LoadTimeMs, failed: boolean): void;
  /** To be called now and then: clients that rest or come and go by a ramp are looked after. */
  tick(nowMs: LoadTimeMs): void;
  /** Begins at most so many requests from now on. */
  limit(requests: number): void;
  /** No request falls due from this time on. */
  end(atMs: LoadTimeMs): void;
  /** When those were due that are not begun though they should be by now. */
  overdue(nowMs: LoadTimeMs): Iterable<LoadTimeMs>;
}

/**
 * Makes the dispatcher of one thread.
 *
 * @param plan - see {@link LoadPlan}
 * @param part - the thread's share of it
 */
export function createDispatcher(plan: LoadPlan, part: ThreadPart): Dispatcher {
  return plan.model.kind === 'open' ? new OpenDispatcher(plan, part) : new ClosedDispatcher(plan, part);
}

/** A client's next request is due when its last is over. */
class ClosedDispatcher implements Dispatcher {
  readonly lateMs = 0;
  readonly #plan: LoadPlan;
  readonly #clients: readonly number[];
  readonly #source: IntervalSource;
  /** How many requests each slot has made. */
  readonly #rounds: Uint32Array;
  /** When each slot's last request was over, and its next one due; NaN for a slot that has had a rest since. */
  readonly #overMs: Float64Array;
  #free: number[];
  /** Slots that rest after a failure, or whose client is not at work by the ramp. */
  #resting: number[] = [];
  #left = Infinity;
  #endMs = Infinity;

  constructor(plan: LoadPlan, { goodClients }: ThreadPart) {
    this.#plan = plan;
    this.#clients = goodClients;
    this.#source = new IntervalSource(plan.intervals, plan.seed);
    this.#rounds = new Uint32Array(goodClients.length);
    this.#overMs = new Float64Array(goodClients.length).fill(NaN);
    this.#free = goodClients.map((_, slot) => goodClients.length - 1 - slot);
  }

  get wakeMs(): LoadTimeMs {
    return this.#free.length > 0 && !this.exhausted ? -Infinity : Infinity;
  }

  get exhausted(): boolean {
    return this.#left <= 0 || this.#endMs < Infinity;
  }

  next(nowMs: LoadTimeMs): Assignment | undefined {
    if (this.exhausted) return undefined;
    const active = activeClients(this.#plan, nowMs);
    while (true) {
      const slot = this.#free.pop();
      if (slot === undefined) return undefined;
      const client = this.#clients[slot]!;
      if (client < active) {
        this.#left--;
        const overMs = this.#overMs[slot]!;
        const dueMs = Number.isNaN(overMs) ? nowMs : overMs;
        return { slot, interval: this.#source.at(client, this.#rounds[slot]!++), dueMs };
      }
      this.#rest(slot);
    }
  }

  release(slot: number, nowMs: LoadTimeMs, failed: boolean): void {
    // A server that refuses at once would otherwise be asked, and refuse, as fast as this side can.
    if (failed) {
      this.#rest(slot);
      return;
    }
    this.#overMs[slot] = nowMs;
    this.#free.push(slot);
  }

  tick(): void {
    this.#free.push(...this.#resting);
    this.#resting = [];
  }

  limit(requests: number): void {
    this.#left = requests;
  }

  end(atMs: LoadTimeMs): void {
    this.#endMs = atMs;
  }

  overdue(): Iterable<LoadTimeMs> {
    return [];
  }

  #rest(slot: number): void {
    this.#overMs[slot] = NaN;
    this.#resting.push(slot);
  }
}

/** Requests are due on a schedule. */
class OpenDispatcher implements Dispatcher {
  readonly #stride: number;
  readonly #due: DueTimes;
  readonly #source: IntervalSource;
  #free: number[];
  /** Number of the next request of this thread, and when it is due. */
  #index: number;
  #dueMs: LoadTimeMs;
  /** Since when a slot has been free. */
  #freeSinceMs: LoadTimeMs = 0;
  #lateMs = 0;
  #left = Infinity;
  #endMs = Infinity;

  constructor(plan: LoadPlan, { goodClients, first, stride }: ThreadPart) {
    this.#stride = stride;
    this.#due = new DueTimes(plan);
    this.#source = new IntervalSource(plan.intervals, plan.seed);
    this.#free = goodClients.map((_, slot) => goodClients.length - 1 - slot);
    this.#index = first;
    this.#dueMs = this.#due.at(first);
  }

  get wakeMs(): LoadTimeMs {
    return this.#free.length > 0 && !this.exhausted ? this.#dueMs : Infinity;
  }

  get lateMs(): number {
    return this.#lateMs;
  }

  get exhausted(): boolean {
    return this.#left <= 0 || this.#dueMs >= this.#endMs;
  }

  next(nowMs: LoadTimeMs): Assignment | undefined {
    const dueMs = this.#dueMs;
    if (dueMs > nowMs || this.exhausted) return undefined;
    // The last one that was released: with keep-alive its connection is there already.
    const slot = this.#free.pop();
    if (slot === undefined) return undefined;
    const interval = this.#source.at(this.#index, 0);
    this.#lateMs = Math.max(this.#lateMs, nowMs - Math.max(dueMs, this.#freeSinceMs));
    this.#advance();
    return { slot, interval, dueMs };
  }

  release(slot: number, nowMs: LoadTimeMs): void {
    if (this.#free.length === 0) this.#freeSinceMs = nowMs;
    this.#free.push(slot);
  }

  tick(): void {
    // Whoever is free is at work: the schedule alone decides.
  }

  limit(requests: number): void {
    this.#left = requests;
    // The warm-up's lateness does not count.
    this.#lateMs = 0;
  }

  end(atMs: LoadTimeMs): void {
    this.#endMs = atMs;
  }

  *overdue(nowMs: LoadTimeMs): Iterable<LoadTimeMs> {
    while (this.#dueMs <= nowMs && !this.exhausted) {
      yield this.#dueMs;
      this.#advance();
    }
  }

  #advance(): void {
    this.#left--;
    this.#index += this.#stride;
    this.#dueMs = this.#due.at(this.#index);
  }
}
