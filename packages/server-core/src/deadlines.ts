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
 *
 * A connection that has sent nothing yet has a limit and a list of its own.
 */
import type { PhaseLimit, PhaseLimits } from './phase-limits.ts';

/** What a client waits for: a connection, for example. */
export interface Waiting {
  readonly phase: string;
  /** Number of exchanges that are over. */
  readonly exchanges: number;
  /** Number of bytes that the client has taken since it connected. */
  readonly takenBytes: number;
}

/** A client that can wait. Only {@link Deadlines} writes these fields. */
export class Waiter {
  /** The list of the phase whose time limit is running; undefined while none is. */
  list: WaitingList | undefined = undefined;
  deadlineMs = 0;
  /** The client's `takenBytes` when the limit was started. */
  takenBefore = 0;
  earlier: Waiter | undefined = undefined;
  later: Waiter | undefined = undefined;
}

/** The clients that wait in one phase. */
class WaitingList {
  readonly timeoutMs: number;
  /** Whether no exchange is in progress. */
  readonly idle: boolean;
  /** Progress of this many bytes starts the limit again. */
  readonly leastBytes: number;
  /** The list of the clients that have not sent anything, if that is another one. */
  readonly before: WaitingList | undefined;
  /** The client with the next deadline. */
  first: Waiter | undefined = undefined;
  last: Waiter | undefined = undefined;

  constructor({ kind, timeoutMs, firstTimeoutMs = timeoutMs, leastBytes = 1 }: PhaseLimit) {
    this.timeoutMs = timeoutMs;
    this.idle = kind === 'idle';
    this.leastBytes = kind === 'progress' ? leastBytes : Infinity;
    this.before = firstTimeoutMs === timeoutMs ? undefined : new WaitingList({ kind, timeoutMs: firstTimeoutMs });
  }
}

/** The deadlines of all clients of a loop; times are milliseconds of one monotonic clock. */
export class Deadlines<Client extends Waiter> {
  readonly #byPhase: Readonly<Record<string, WaitingList>>;
  readonly #lists: readonly WaitingList[];

  constructor(limits: PhaseLimits) {
    const lists = Object.entries(limits).map(([phase, limit]) => [phase, new WaitingList(limit)] as const);
    this.#byPhase = Object.fromEntries(lists);
    this.#lists = lists.flatMap(([, list]) => (list.before === undefined ? [list] : [list, list.before]));
  }

  /**
   * Starts the limit of a phase for a client, or restarts it if the phase is limited by progress and there was enough.
   * Limits of other phases end.
   */
  wait(client: Client, { phase, exchanges, takenBytes }: Waiting, nowMs: number): void {
    const ofPhase = this.#byPhase[phase]!;
    const list = exchanges === 0 ? (ofPhase.before ?? ofPhase) : ofPhase;
    if (client.list === list && takenBytes - client.takenBefore < list.leastBytes) return;
    this.stop(client);
    client.list = list;
    client.deadlineMs = nowMs + list.timeoutMs;
    client.takenBefore = takenBytes;
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

  /** Returns the client that has been idle longest, if that is at least `leastMs`; undefined if there is none. */
  longestIdle(nowMs: number, leastMs: number): Client | undefined {
    let longest: Waiter | undefined;
    let longestSinceMs = Infinity;
    for (const { idle, first, timeoutMs } of this.#lists) {
      // Deadlines are compared, not their differences, which are rounded.
      if (!idle || first === undefined || first.deadlineMs > nowMs - leastMs + timeoutMs) continue;
      const sinceMs = first.deadlineMs - timeoutMs;
      if (sinceMs >= longestSinceMs) continue;
      longestSinceMs = sinceMs;
      longest = first;
    }
    return longest as Client | undefined;
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
