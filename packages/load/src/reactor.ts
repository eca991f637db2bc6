/**
 * One thread, many sockets: waits until one of them is ready and calls whoever watches it (the Reactor pattern, D. C.
 * Schmidt, 1995), or until something is due.
 *
 * Open-loop load wants to begin requests to the microsecond. A selector that counts in milliseconds would be late by
 * half of one on average, several times what an answer takes. `select(2)` counts in microseconds; the others sleep
 * whole milliseconds. Either way the kernel wakes a thread some 50 µs late, so the last bit is not slept: the thread
 * looks at its sockets again and again until the moment has come.
 */
import type { Selector } from '@concurrent-primes/sockets';
import { Timers } from './timers.ts';

/** Is told that its descriptor is ready, for `READ` and `WRITE` bits. */
export type Handler = (events: number) => void;

/** What a reactor needs of the world; a test has a world of its own. */
export interface ReactorOptions {
  readonly selector: Selector;
  /** The time of the load, in milliseconds. */
  readonly now: () => number;
}

/** Before something that must begin in time, so much is not slept. */
const AWAKE_MS = 0.06;

/** See above. */
export class Reactor {
  /** The time of the load, in milliseconds. */
  readonly now: () => number;
  readonly #selector: Selector;
  /** By descriptor. */
  readonly #handlers: (Handler | undefined)[] = [];
  readonly #timers = new Timers();
  #sleptMs = 0;

  /** @param options - see {@link ReactorOptions} */
  constructor({ selector, now }: ReactorOptions) {
    this.#selector = selector;
    this.now = now;
  }

  /** How long it has slept in all, or looked about with nothing to do, in milliseconds. */
  get sleptMs(): number {
    return this.#sleptMs;
  }

  /** Begins to watch a descriptor. */
  watch(descriptor: number, interest: number, handler: Handler): void {
    this.#selector.register(descriptor, interest);
    this.#handlers[descriptor] = handler;
  }

  /** Watches a descriptor for something else. */
  change(descriptor: number, interest: number): void {
    this.#selector.modify(descriptor, interest);
  }

  /** Ends watching a descriptor, which is closed next. */
  unwatch(descriptor: number): void {
    this.#selector.forget(descriptor);
    this.#handlers[descriptor] = undefined;
  }

  /** Calls later: not before, and perhaps a millisecond after. */
  after(delayMs: number, callback: () => void): void {
    this.#timers.add(this.now() + delayMs, callback);
  }

  /**
   * Waits once, and calls all whose time has come.
   *
   * @param untilMs - not longer than until then, to the microsecond
   * @param aboutMs - not longer than until about then, which costs less
   */
  turn(untilMs: number, aboutMs: number): void {
    const beganMs = this.now();
    const wakeMs = Math.max(0, Math.min(this.#timers.nextMs, aboutMs) - beganMs);
    const timeoutMs = Math.min(wakeMs, this.#sleepMs(untilMs - beganMs));
    const { count, descriptors, events } = this.#selector.select(timeoutMs);
    if (count === 0 || timeoutMs > 0) this.#sleptMs += this.now() - beganMs;
    for (let i = 0; i < count; i++) this.#handlers[descriptors[i]!]?.(events[i]!);
    this.#timers.run(this.now());
  }

  /** How long to sleep of a wait that must not last longer. */
  #sleepMs(waitMs: number): number {
    const sleepMs = Math.max(0, waitMs - AWAKE_MS);
    return this.#selector.kind === 'select' || sleepMs === Infinity ? sleepMs : Math.floor(sleepMs);
  }
}
