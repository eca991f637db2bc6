/** The events that a traced server's calls become, and the lanes that they belong to: one for each thread that serves. */
import { encodeEvents, type EventBatch, type EventName, THREAD_ROLES, type TraceEvent } from '@concurrent-primes/trace';

/** More lanes are not told apart: a page can't show them. */
const MOST_LANES = 512;

/** What a lane's thread does. */
export type LaneRole = 'loop' | 'accept' | 'pool' | 'clients';

/** One thread of the server, as the page shows it. */
export interface Lane {
  /** Its number in events. */
  readonly index: number;
  readonly role: LaneRole;
  /** Number of the turn that a loop is in. */
  turn: number;
  /** The client that a thread of a pool serves, by ordinal; 0 for none. */
  serves: number;
  /** Whether its thread has ended. */
  isOver: boolean;
}

/** Gathers events. */
export class TracedEvents {
  readonly #startedUs: number;
  readonly #lanes: Lane[] = [];
  /** By role and thread. */
  readonly #byThread = new Map<string, Lane>();
  readonly #events: TraceEvent[] = [];

  /** @param startedUs - when the first call began, in microseconds since 1970 */
  constructor(startedUs: number) {
    this.#startedUs = startedUs;
  }

  /**
   * Adds an event.
   *
   * @param timeUs - microseconds since 1970
   * @param thread - number of the lane
   */
  emit(name: EventName, timeUs: number, thread: number, slot: number, a = 0, b = 0): void {
    this.#events.push({ name, timeUs: Math.round(timeUs - this.#startedUs), thread, slot, a, b });
  }

  /** Returns the events since the last call. */
  read(): EventBatch[] {
    return this.#events.length === 0 ? [] : [encodeEvents(this.#events.splice(0))];
  }

  /** The lane of a thread; undefined if it has none in this role. */
  find(role: LaneRole, tid: number): Lane | undefined {
    return this.#byThread.get(`${role} ${tid}`);
  }

  /** The lane of a thread. It is made if there is none: the page shows a further thread. */
  lane(role: LaneRole, tid: number, timeUs: number): Lane {
    const lane = this.find(role, tid) ?? this.#reused(role) ?? this.#made(role, timeUs);
    this.#byThread.set(`${role} ${tid}`, lane);
    lane.isOver = false;
    return lane;
  }

  /** A thread has ended: a later one may have its lane. */
  end(tid: number): void {
    for (const role of ['loop', 'accept', 'pool'] as const) {
      const lane = this.find(role, tid);
      this.#byThread.delete(`${role} ${tid}`);
      if (lane !== undefined) lane.isOver = true;
    }
  }

  #reused(role: LaneRole): Lane | undefined {
    const free = this.#lanes.find((lane) => lane.role === role && role === 'pool' && lane.isOver && lane.serves === 0);
    if (free !== undefined || this.#lanes.length < MOST_LANES) return free;
    return this.#lanes.findLast((lane) => lane.role === role);
  }

  #made(role: LaneRole, timeUs: number): Lane {
    const lane: Lane = { index: this.#lanes.length, role, turn: 0, serves: 0, isOver: false };
    const same = this.#lanes.filter((one) => one.role === role).length;
    this.#lanes.push(lane);
    // The first one that accepts is usually the only one, and all clients have one lane.
    const number = (role === 'accept' || role === 'clients') && same === 0 ? 0 : same + 1;
    this.emit('THREAD', timeUs, lane.index, 0, THREAD_ROLES.indexOf(role), number);
    return lane;
  }
}
