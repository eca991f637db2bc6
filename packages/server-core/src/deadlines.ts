/**
 * Which client's time limit passes next, in constant time.
 *
 * All clients in one phase have the same limit, so the one that began to wait last runs out last: a list for each phase,
 * in the order of beginning, is sorted by deadline without any sorting. A client that begins again moves to the end of
 * its list, and the next one to run out is the first of one of these few lists. (A heap would need O(log n) for the
 * same, and either keep clients that have left or search for them.) The links are fields of the clients themselves, so
 * waiting allocates no memory.
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
  /** The next one to run out. */
  first: Waiter | undefined;
  last: Waiter | undefined;
}

/** The deadlines of all clients of a loop; times are milliseconds of one monotonic clock. */
export class Deadlines<Client extends Waiter> {
  readonly #byPhase: Readonly<Record<string, WaitingList>>;
  readonly #lists: readonly WaitingList[];

  /** @param limits - the time limit of each phase */
  constructor(limits: PhaseLimits) {
    const lists = Object.entries(limits).map(([phase, { kind, timeoutMs }]): [string, WaitingList] => [
      phase,
      { timeoutMs, restarts: kind === 'progress', first: undefined, last: undefined },
    ]);
    this.#byPhase = Object.fromEntries(lists);
    this.#lists = lists.map(([, list]) => list);
  }

  /**
   * A client waits in a phase. Its limit begins, or begins again if the phase is limited by progress; the limit of
   * another phase ends.
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

  /** A client no longer waits; does nothing if it doesn't. */
  stop(client: Client): void {
    if (client.list !== undefined) unlink(client, client.list);
  }

  /** Whole milliseconds until the next deadline, rounded up so that it has passed by then; undefined without one. */
  timeoutMs(nowMs: number): number | undefined {
    let next = Infinity;
    for (const { first } of this.#lists) {
      if (first !== undefined && first.deadlineMs < next) next = first.deadlineMs;
    }
    return next === Infinity ? undefined : Math.max(0, Math.ceil(next - nowMs));
  }

  /** Takes out one client whose deadline has passed, the first of its phase; undefined if there is none. */
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
