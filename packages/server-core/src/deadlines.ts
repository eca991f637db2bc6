/**
 * Finds the client whose time limit passes next, in constant time.
 *
 * All clients in one phase have the same limit, so deadlines are in the order in which the clients began to wait. A list
 * for each phase, in that order, is always sorted by deadline. A client that begins again moves to the end of its list,
 * and the next deadline is that of the first client of one of these few lists. (A heap needs O(log n), and either keeps
 * clients that have left or searches for them.) The links are fields of the clients, so waiting allocates no memory.
 *
 *     list of a phase    first ──► client ──later──► client ──later──► client ◄── last
 *                                         ◄─earlier─        ◄─earlier─
 */
import type { PhaseLimits } from './phase-limits.ts';

/** A client that can wait. Only {@link Deadlines} writes these fields. */
export class Waiter {
  /** The list of the phase whose time limit is running; undefined while none is. */
  list: WaitingList | undefined = undefined;
  deadlineMs = 0;
  earlier: Waiter | undefined = undefined;
  later: Waiter | undefined = undefined;
}

/** The clients that wait in one phase. */
interface WaitingList {
  readonly timeoutMs: number;
  /** Whether progress starts the limit again. */
  readonly restarts: boolean;
  /** The client with the next deadline. */
  first: Waiter | undefined;
  last: Waiter | undefined;
}

/** The deadlines of all clients of a loop; times are milliseconds of one monotonic clock. */
export class Deadlines<Client extends Waiter> {
  readonly #byPhase: Readonly<Record<string, WaitingList>>;
  readonly #lists: readonly WaitingList[];

  constructor(limits: PhaseLimits) {
    const lists = Object.entries(limits).map(([phase, { kind, timeoutMs }]): [string, WaitingList] => [
      phase,
      { timeoutMs, restarts: kind === 'progress', first: undefined, last: undefined },
    ]);
    this.#byPhase = Object.fromEntries(lists);
    this.#lists = lists.map(([, list]) => list);
  }

  /**
   * Starts the limit of a phase for a client, or restarts it if the phase is limited by progress. Limits of other phases
   * end.
   */
  wait(client: Client, phase: string, nowMs: number): void {
    const list = this.#byPhase[phase]!;
    if (client.list === list && !list.restarts) return;
    this.stop(client);
    client.list = list;
    client.deadlineMs = nowMs + list.timeoutMs;
    client.earlier = list.last;
    if (list.last === undefined) list.first = client;
    else list.last.later = client;
    list.last = client;
  }

  /** Ends a client's limit, if there is one. */
  stop(client: Client): void {
    if (client.list !== undefined) unlink(client, client.list);
  }

  /** Returns whole milliseconds until the next deadline, rounded up so that it has passed then; undefined without one. */
  timeoutMs(nowMs: number): number | undefined {
    let next = Infinity;
    for (const { first } of this.#lists) {
      if (first !== undefined && first.deadlineMs < next) next = first.deadlineMs;
    }
    return next === Infinity ? undefined : Math.max(0, Math.ceil(next - nowMs));
  }

  /** Removes and returns a client whose deadline has passed, the first of its phase; undefined if there is none. */
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
  client.earlier = client.later = client.list = undefined;
}
