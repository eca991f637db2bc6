/**
 * Which client's time limit passes next, in constant time.
 *
 * All who wait in one phase have the same limit, so whoever began to wait last runs out last: a list a phase, in order
 * of beginning, is sorted by deadline without any sorting. Beginning anew moves a client to the end of its list; the
 * next to run out is the first of one of five lists. (A heap would need O(log n) for the same, and either keep clients
 * that have long gone or search for them.) The links stand in the clients themselves, so that waiting costs no memory:
 * a client of a few bytes begins and stops several times.
 *
 *     list of a phase    first ──► client ──later──► client ──later──► client ◄── last
 *                                         ◄─earlier─        ◄─earlier─
 */
import { type Phase, type TimeLimits, timeLimitMs } from '@concurrent-primes/server-core';

/** A client that can wait. Only {@link Deadlines} writes these fields. */
export class Waiter {
  /** The phase whose time limit is running; undefined while none is. */
  waitingIn: Phase | undefined = undefined;
  deadlineMs = 0;
  earlier: Waiter | undefined = undefined;
  later: Waiter | undefined = undefined;
}

interface WaitingList {
  readonly limitMs: number;
  /** The next to run out. */
  first: Waiter | undefined;
  last: Waiter | undefined;
}

const PHASES: readonly Phase[] = ['idle', 'request', 'answer', 'sum', 'farewell'];

/** The deadlines of all clients of a loop; times are milliseconds of one monotonic clock. */
export class Deadlines<Client extends Waiter> {
  readonly #byPhase: Readonly<Record<Phase, WaitingList>>;
  readonly #lists: readonly WaitingList[];

  constructor(limits: TimeLimits) {
    const list = (phase: Phase): WaitingList => ({
      limitMs: timeLimitMs(limits, phase),
      first: undefined,
      last: undefined,
    });
    this.#byPhase = {
      idle: list('idle'),
      request: list('request'),
      answer: list('answer'),
      sum: list('sum'),
      farewell: list('farewell'),
    };
    this.#lists = PHASES.map((phase) => this.#byPhase[phase]);
  }

  /** A client begins to wait in a phase, for its whole limit; what it waited in before is over. */
  begin(client: Client, phase: Phase, nowMs: number): void {
    this.stop(client);
    const list = this.#byPhase[phase];
    client.waitingIn = phase;
    client.deadlineMs = nowMs + list.limitMs;
    client.earlier = list.last;
    if (list.last === undefined) list.first = client;
    else list.last.later = client;
    list.last = client;
  }

  /** A client no longer waits; does nothing when it doesn't. */
  stop(client: Client): void {
    if (client.waitingIn !== undefined) unlink(client, this.#byPhase[client.waitingIn]);
  }

  /** Whole milliseconds until the next deadline, rounded up so that it has passed by then; undefined without one. */
  timeoutMs(nowMs: number): number | undefined {
    let next = Infinity;
    for (const { first } of this.#lists) {
      if (first !== undefined && first.deadlineMs < next) next = first.deadlineMs;
    }
    return next === Infinity ? undefined : Math.max(0, Math.ceil(next - nowMs));
  }

  /** Takes out one client whose deadline has passed, the longest waiting of its phase first; undefined: there is none. */
  takeExpired(nowMs: number): Client | undefined {
    for (const list of this.#lists) {
      const { first } = list;
      if (first === undefined || first.deadlineMs > nowMs) continue;
      unlink(first, list);
      return first as Client;
    }
    return undefined;
  }
}

function unlink(client: Waiter, list: WaitingList): void {
  const { earlier, later } = client;
  if (earlier === undefined) list.first = later;
  else earlier.later = later;
  if (later === undefined) list.last = earlier;
  else later.earlier = earlier;
  client.earlier = client.later = client.waitingIn = undefined;
}
