/**
 * The gate at which the main thread holds a server, so that a person can watch it step by step.
 *
 * A loop stands at the gate before each turn, and between two calls while it is stepped call by call. A thread that
 * blocks in calls stands there before each of them. While the gate is closed, the server's clock stands: no time limit
 * passes. Running freely, the gate costs one atomic load.
 *
 *     SharedArrayBuffer of int32
 *     [0] closed      1 while the server is held                                  Written by the main thread.
 *     [1] changes     odd while [2] and [3] change                                Written by the main thread.
 *     [2] held        milliseconds that the gate was closed, without the current time
 *     [3] since       when it was closed: milliseconds since the server started; 0 while it is open
 *     [4] pending     permit for the next thread that arrives                     Given by the main thread, taken by any.
 *     [5] arrivals    number of arrivals at the closed gate                       Written by any thread.
 *     [16 + 16 i] ... of thread i: place (0 passed, 1 before a turn, 2 inside one), arrival number, permit.
 *
 * A thread that waits sleeps on its own permit, which it takes by an exchange. So each permit is used once, and a permit
 * that comes before the thread sleeps isn't missed.
 */

const CLOSED = 0;
const CHANGES = 1;
const HELD_MS = 2;
const SINCE_MS = 3;
const PENDING = 4;
const ARRIVALS = 5;
/** One cache line of 64 bytes for each thread, to avoid false sharing. */
const WORDS_PER_THREAD = 16;
const PLACE = 0;
const ARRIVAL = 1;
const PERMIT = 2;

const NO_PERMIT = 0;
/** To the end of the turn. */
const TURN = 1;
/** One call. */
const CALL = 2;
/** The gate is open. */
const OPEN = 3;
/** Not a permit: the thread writes a snapshot, and waits again. */
const NUDGE = 4;

/** Where a thread stands at the gate. */
export type GatePlace = 'before a turn' | 'inside a turn';

/** What a step lets a thread do. */
export type GateStep = 'turn' | 'call';

const PLACES = ['passed', 'before a turn', 'inside a turn'] as const;

/**
 * Allocates the gate of a server.
 *
 * @param threads - number of threads
 */
export function allocateGate(threads: number): SharedArrayBuffer {
  return new SharedArrayBuffer((threads + 1) * WORDS_PER_THREAD * Int32Array.BYTES_PER_ELEMENT);
}

function baseOf(thread: number): number {
  return (thread + 1) * WORDS_PER_THREAD;
}

/** What a thread does at the gate, apart from waiting. */
export interface GateWatcher {
  /** It will wait. */
  arrived(place: GatePlace): void;
  /** It goes on. */
  passed(heldMs: number): void;
  /** It waits, and a snapshot is wanted. */
  nudged(place: GatePlace): void;
}

/** One thread's view of the gate. */
export class ThreadGate {
  readonly #words: Int32Array;
  readonly #base: number;
  /** Milliseconds from this thread's clock to the server's. */
  readonly #offsetMs: number;
  readonly #watcher: GateWatcher;
  #changes = 0;
  #heldMs = 0;
  #frozenMs: number | undefined;
  /** Whether the thread has a permit for one call only. */
  #stepping = false;
  /** Whether the thread has passed the closed gate before this turn. */
  #permitted = false;
  /** Whether the permit for the next call was given already. */
  #prepaid = false;

  /**
   * @param memory - what {@link allocateGate} returned
   * @param thread - index of the thread
   * @param offsetMs - milliseconds to add to `performance.now()` of this thread for the time since the server started
   * @param watcher - hears of waits
   */
  constructor(memory: SharedArrayBuffer, thread: number, offsetMs: number, watcher: GateWatcher) {
    this.#words = new Int32Array(memory);
    this.#base = baseOf(thread);
    this.#offsetMs = offsetMs;
    this.#watcher = watcher;
  }

  /** How often the gate was closed or opened; it tells whether a call was held meanwhile. */
  get changes(): number {
    return Atomics.load(this.#words, CHANGES);
  }

  /** Whether the server is held. */
  get closed(): boolean {
    return Atomics.load(this.#words, CLOSED) === 1;
  }

  /** Stands at the gate before a turn. A permit for one call lasts until the first call of the turn. */
  beforeTurn(): void {
    this.#stepping = false;
    this.#prepaid = false;
    this.#permitted = this.closed;
    if (this.#permitted) this.#wait(1);
  }

  /** Stands at the gate inside a turn if it was closed since the turn began, while the thread waited for clients. */
  insideTurn(): void {
    if (this.#permitted || !this.closed) return;
    this.#wait(2);
    this.#prepaid = this.#stepping;
  }

  /** Stands at the gate before a call of a thread that has no turns. */
  beforeStep(): void {
    this.beforeTurn();
    this.#stepping = false;
  }

  /** Stands at the gate before a call inside a turn, if the thread is stepped call by call. */
  beforeCall(): void {
    if (!this.#stepping) return;
    if (!this.#prepaid) this.#wait(2);
    this.#prepaid = false;
  }

  /** Whether the thread is stepped call by call. */
  get stepping(): boolean {
    return this.#stepping;
  }

  /**
   * Turns a time of this thread into one of a clock that stands while the gate is closed.
   *
   * @param nowMs - what `performance.now()` returned just now
   */
  serverMs(nowMs: number): number {
    if (Atomics.load(this.#words, CHANGES) !== this.#changes) this.#readClock();
    return this.#frozenMs ?? nowMs - this.#heldMs;
  }

  /** Time that the server was held until now, in whole milliseconds. */
  get heldMs(): number {
    this.#readClock();
    const frozenMs = this.#frozenMs === undefined ? 0 : performance.now() - this.#heldMs - this.#frozenMs;
    return Math.round(this.#heldMs + frozenMs);
  }

  #readClock(): void {
    let changes: number;
    let sinceMs: number;
    do {
      changes = Atomics.load(this.#words, CHANGES);
      this.#heldMs = Atomics.load(this.#words, HELD_MS);
      sinceMs = Atomics.load(this.#words, SINCE_MS);
    } while ((changes & 1) === 1 || Atomics.load(this.#words, CHANGES) !== changes);
    this.#changes = changes;
    this.#frozenMs = sinceMs === 0 ? undefined : sinceMs - this.#offsetMs - this.#heldMs;
  }

  #wait(place: 1 | 2): void {
    const words = this.#words;
    const permitAt = this.#base + PERMIT;
    const beganMs = performance.now();
    this.#watcher.arrived(PLACES[place]);
    Atomics.store(words, this.#base + ARRIVAL, Atomics.add(words, ARRIVALS, 1));
    Atomics.store(words, this.#base + PLACE, place);
    let permit = Atomics.exchange(words, PENDING, NO_PERMIT);
    while (permit === NO_PERMIT || permit === NUDGE) {
      if (permit === NUDGE) this.#watcher.nudged(PLACES[place]);
      if (Atomics.load(words, CLOSED) === 0) break;
      Atomics.wait(words, permitAt, NO_PERMIT);
      permit = Atomics.exchange(words, permitAt, NO_PERMIT);
    }
    Atomics.store(words, this.#base + PLACE, 0);
    this.#stepping = permit === CALL;
    this.#watcher.passed(Math.round(performance.now() - beganMs));
  }
}

/** A thread that waits at the gate. */
export interface HeldThread {
  readonly thread: number;
  readonly place: GatePlace;
}

/** State of the gate, for the events of the main thread. */
export type GateMode = 'run' | 'held' | 'slow';

/** The main thread's view of the gate: it holds the server, steps it, and lets it run. */
export class Gate {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #threads: number;
  readonly #nowMs: () => number;
  readonly #changed: (mode: GateMode, heldMs: number) => void;
  #mode: GateMode = 'run';
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param threads - number of threads
   * @param nowMs - milliseconds since the server started
   * @param changed - called when the mode has changed
   */
  constructor(threads: number, nowMs: () => number, changed: (mode: GateMode, heldMs: number) => void) {
    this.memory = allocateGate(threads);
    this.#words = new Int32Array(this.memory);
    this.#threads = threads;
    this.#nowMs = nowMs;
    this.#changed = changed;
  }

  /** Whether the server runs, is held, or makes a few turns a second. */
  get mode(): GateMode {
    return this.#mode;
  }

  /** Time that the gate was closed until now, in milliseconds. */
  get heldMs(): number {
    const sinceMs = this.#words[SINCE_MS]!;
    return this.#words[HELD_MS]! + (sinceMs === 0 ? 0 : Math.ceil(this.#nowMs()) - sinceMs);
  }

  /** The threads that wait at the gate, the one that came first in front. */
  get held(): HeldThread[] {
    return Array.from({ length: this.#threads }, (_, thread) => thread)
      .filter((thread) => Atomics.load(this.#words, baseOf(thread) + PLACE) !== 0)
      .sort((one, other) => this.#arrival(one) - this.#arrival(other))
      .map((thread) => ({ thread, place: PLACES[Atomics.load(this.#words, baseOf(thread) + PLACE)] as GatePlace }));
  }

  /** Closes the gate: each thread stops before its next turn, or before its next call if it has no turns. */
  hold(): void {
    if (this.#stopped) return;
    clearInterval(this.#timer);
    this.#close();
    this.#say('held');
  }

  /**
   * Lets a held server do one step; does nothing while it runs. If no thread waits at the gate, the next one that
   * arrives has the step.
   *
   * @param step - `turn`: each thread at the gate makes the rest of its turn. `call`: the thread that has waited longest
   *   makes one call
   * @param only - index of the only thread to step; default: as above
   * @returns the number of threads that go on
   */
  step(step: GateStep, only?: number): number {
    if (this.#mode === 'run') return 0;
    const held = this.held.filter(({ thread }) => only === undefined || thread === only);
    const stepped = step === 'turn' ? held : held.slice(0, 1);
    for (const { thread } of stepped) this.#give(thread, step === 'turn' ? TURN : CALL);
    if (held.length === 0 && only === undefined) {
      Atomics.store(this.#words, PENDING, step === 'turn' ? TURN : CALL);
      // A thread that has arrived meanwhile sleeps without having seen it.
      if (this.held.length > 0 && Atomics.exchange(this.#words, PENDING, NO_PERMIT) !== NO_PERMIT)
        return this.step(step);
    }
    return stepped.length;
  }

  /**
   * Holds the server and steps it at a steady pace.
   *
   * @param perSecond - turns a second, above 0
   * @throws RangeError for another number
   */
  slow(perSecond: number): void {
    if (!(perSecond > 0 && perSecond <= 1000)) {
      throw new RangeError(
        `cannot slow the server down: needs above 0 and at most 1000 turns a second, got ${perSecond}`,
      );
    }
    if (this.#stopped) return;
    clearInterval(this.#timer);
    this.#close();
    this.#say('slow');
    this.#timer = setInterval(() => this.step('turn'), 1000 / perSecond);
    this.#timer.unref();
  }

  /** Opens the gate. */
  run(): void {
    clearInterval(this.#timer);
    if (this.#words[CLOSED] === 0) return;
    this.#changeClock(() => {
      this.#words[HELD_MS] = this.heldMs;
      this.#words[SINCE_MS] = 0;
    });
    Atomics.store(this.#words, PENDING, NO_PERMIT);
    Atomics.store(this.#words, CLOSED, 0);
    for (let thread = 0; thread < this.#threads; thread += 1) this.#give(thread, OPEN);
    this.#say('run');
  }

  /** Opens the gate for good, because the server stops. */
  stop(): void {
    this.#stopped = true;
    this.run();
  }

  /** Lets waiting threads write a snapshot. */
  nudge(): void {
    for (const { thread } of this.held) {
      const permitAt = baseOf(thread) + PERMIT;
      if (Atomics.compareExchange(this.#words, permitAt, NO_PERMIT, NUDGE) === NO_PERMIT) {
        Atomics.notify(this.#words, permitAt);
      }
    }
  }

  #close(): void {
    if (this.#words[CLOSED] === 1) return;
    // What is left of the last opening is not a permit for this time.
    for (let thread = 0; thread < this.#threads; thread += 1) {
      Atomics.store(this.#words, baseOf(thread) + PERMIT, NO_PERMIT);
    }
    this.#changeClock(() => {
      this.#words[SINCE_MS] = Math.max(1, Math.ceil(this.#nowMs()));
    });
    Atomics.store(this.#words, CLOSED, 1);
  }

  #give(thread: number, permit: number): void {
    const permitAt = baseOf(thread) + PERMIT;
    Atomics.store(this.#words, permitAt, permit);
    Atomics.notify(this.#words, permitAt);
  }

  #changeClock(change: () => void): void {
    Atomics.add(this.#words, CHANGES, 1);
    change();
    Atomics.add(this.#words, CHANGES, 1);
  }

  #say(mode: GateMode): void {
    this.#mode = mode;
    this.#changed(mode, this.heldMs);
  }

  #arrival(thread: number): number {
    return Atomics.load(this.#words, baseOf(thread) + ARRIVAL);
  }
}
