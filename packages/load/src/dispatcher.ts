/**
 * Which client makes which request, and when: the two load models, without clock or socket.
 *
 * A thread has **slots**, one for each good client. The driver of a dispatcher asks for assignments until there is none,
 * and releases a slot when its request has ended, successfully or not.
 */
import type { Interval } from '@concurrent-primes/protocol';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { type DrawInterval, intervalDrawer } from './interval-drawer.ts';
import type { LoadPlan } from './load-plan.ts';
import type { ThreadPart } from './plan-parts.ts';
import { randomStreams } from './random-streams.ts';
import { activeClients, DueTimes, type LoadTimeMs } from './schedule.ts';

/** A request to begin now. */
export interface Assignment {
  readonly slot: number;
  readonly interval: Interval;
  /** When it was due: now or earlier. */
  readonly dueMs: LoadTimeMs;
}

/** What both models do. */
export interface Dispatcher {
  /** When the next request is due for which a slot is free; Infinity if only a release can bring one. */
  readonly wakeMs: LoadTimeMs;
  /** Longest delay of a request for which a slot was free. */
  readonly lateMs: number;
  /** Whether no further request will begin. */
  readonly exhausted: boolean;
  /** Takes the next request to begin now, if there is one. */
  next(nowMs: LoadTimeMs): Assignment | undefined;
  /** Ends a slot's request. In a closed loop a slot whose request failed rests until the next tick. */
  release(slot: number, nowMs: LoadTimeMs, failed: boolean): void;
  /** Wakes slots that rest; to be called at regular intervals. */
  tick(nowMs: LoadTimeMs): void;
  /** Limits the number of requests that begin from now on. */
  limit(requests: number): void;
  /** No request is due from this time on. */
  end(atMs: LoadTimeMs): void;
  /** Due times of the requests that should have begun by now and have not. */
  overdue(nowMs: LoadTimeMs): Iterable<LoadTimeMs>;
}

/** Makes the dispatcher of one thread. */
export function createDispatcher(plan: LoadPlan, part: ThreadPart): Dispatcher {
  return plan.model.kind === 'open' ? new OpenDispatcher(plan, part) : new ClosedDispatcher(plan, part);
}

/** A client's next request is due when its last one is done. */
class ClosedDispatcher implements Dispatcher {
  readonly lateMs = 0;
  readonly #plan: LoadPlan;
  readonly #clients: readonly number[];
  readonly #draw: DrawInterval;
  /** By slot. */
  readonly #streams: readonly RandomGenerator[];
  /** When each slot's last request was done and its next one due; NaN for a slot that has rested since. */
  readonly #doneMs: Float64Array;
  #free: number[];
  /** Slots that rest after a failure, or whose client the ramp has not activated. */
  #resting: number[] = [];
  #left = Infinity;
  #endMs = Infinity;

  constructor(plan: LoadPlan, { goodClients }: ThreadPart) {
    this.#plan = plan;
    this.#clients = goodClients;
    this.#draw = intervalDrawer(plan.intervals);
    this.#streams = randomStreams(plan.seed, goodClients);
    this.#doneMs = new Float64Array(goodClients.length).fill(NaN);
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
        const doneMs = this.#doneMs[slot]!;
        const dueMs = Number.isNaN(doneMs) ? nowMs : doneMs;
        return { slot, interval: this.#draw(client, this.#streams[slot]!), dueMs };
      }
      this.#rest(slot);
    }
  }

  release(slot: number, nowMs: LoadTimeMs, failed: boolean): void {
    // Without a rest, client and server would exchange requests and refusals as fast as they can.
    if (failed) {
      this.#rest(slot);
      return;
    }
    this.#doneMs[slot] = nowMs;
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
    this.#doneMs[slot] = NaN;
    this.#resting.push(slot);
  }
}

/** Requests are due on a schedule. */
class OpenDispatcher implements Dispatcher {
  readonly #stride: number;
  readonly #due: DueTimes;
  readonly #draw: DrawInterval;
  /** The schedule's stream: every thread draws all intervals, and uses those of its own requests. */
  readonly #stream: RandomGenerator;
  /** Number of the request whose interval is drawn next. */
  #drawn = 0;
  #free: number[];
  /** Number of this thread's next request, and when it is due. */
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
    this.#draw = intervalDrawer(plan.intervals);
    this.#stream = randomStreams(plan.seed, [0])[0]!;
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
    // The slot released last: with keep-alive its connection exists already.
    const slot = this.#free.pop();
    if (slot === undefined) return undefined;
    while (this.#drawn < this.#index) this.#draw(this.#drawn++, this.#stream);
    const interval = this.#draw(this.#drawn++, this.#stream);
    this.#lateMs = Math.max(this.#lateMs, nowMs - Math.max(dueMs, this.#freeSinceMs));
    this.#advance();
    return { slot, interval, dueMs };
  }

  release(slot: number, nowMs: LoadTimeMs): void {
    if (this.#free.length === 0) this.#freeSinceMs = nowMs;
    this.#free.push(slot);
  }

  tick(): void {
    // No slot rests: the schedule alone decides.
  }

  limit(requests: number): void {
    this.#left = requests;
    // Lateness during the warm-up does not count.
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
