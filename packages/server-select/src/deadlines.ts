/**
 * Which client's time limit passes next, in constant time.
 *
 * All who wait in one phase have the same limit, so whoever began to wait last runs out last: a list a phase, in order
 * of beginning, is sorted by deadline without any sorting. Beginning anew moves a client to the end of its list; the
 * next to run out is the first of one of five lists. (A heap would need O(log n) for the same, and either keep clients
 * that have long gone or search for them.) A `Map` is such a list: it iterates in order of insertion.
 */
import { type Phase, type TimeLimits, timeLimitMs } from '@concurrent-primes/server-core';

const PHASES: readonly Phase[] = ['idle', 'request', 'answer', 'sum', 'farewell'];

interface WaitingList<Client> {
  readonly limitMs: number;
  /** Deadline by client, the earliest first. */
  readonly deadlines: Map<Client, number>;
}

/** The deadlines of all clients of a loop; times are milliseconds of one monotonic clock. */
export class Deadlines<Client> {
  readonly #lists: Readonly<Record<Phase, WaitingList<Client>>>;

  constructor(limits: TimeLimits) {
    const list = (phase: Phase): WaitingList<Client> => ({ limitMs: timeLimitMs(limits, phase), deadlines: new Map() });
    this.#lists = {
      idle: list('idle'),
      request: list('request'),
      answer: list('answer'),
      sum: list('sum'),
      farewell: list('farewell'),
    };
  }

  /** A client begins to wait in a phase; it must not be waiting in another one (see {@link stop}). */
  begin(client: Client, phase: Phase, nowMs: number): void {
    const { limitMs, deadlines } = this.#lists[phase];
    deadlines.delete(client); // setting an existing key would keep its old place
    deadlines.set(client, nowMs + limitMs);
  }

  /** A client no longer waits in a phase. */
  stop(client: Client, phase: Phase): void {
    this.#lists[phase].deadlines.delete(client);
  }

  /** Whole milliseconds until the next deadline, rounded up so that it has passed by then; undefined without one. */
  timeoutMs(nowMs: number): number | undefined {
    let next = Infinity;
    for (const phase of PHASES) {
      const first = this.#lists[phase].deadlines.values().next();
      if (first.done !== true && first.value < next) next = first.value;
    }
    return next === Infinity ? undefined : Math.max(0, Math.ceil(next - nowMs));
  }

  /** Takes out the clients whose deadline has passed, and returns them. */
  takeExpired(nowMs: number): Client[] {
    const expired: Client[] = [];
    for (const phase of PHASES) {
      const { deadlines } = this.#lists[phase];
      for (const [client, deadlineMs] of deadlines) {
        if (deadlineMs > nowMs) break;
        deadlines.delete(client);
        expired.push(client);
      }
    }
    return expired;
  }
}
