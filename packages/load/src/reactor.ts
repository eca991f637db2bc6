/**
 * One thread, many sockets: waits until a socket is ready and calls its handler (the Reactor pattern, D. C. Schmidt,
 * 1995), or until a timer is due.
 *
 * Open-loop load begins requests at the right microsecond. A selector that counts in milliseconds would be late by half
 * a millisecond on average, several times what an answer takes. `select(2)` counts in microseconds; with the others the
 * reactor sleeps whole milliseconds. Either way the kernel wakes a thread about 50 µs late, so the reactor does not sleep
 * the last bit: it polls its sockets until the moment has come.
 */
import type { Selector } from '@concurrent-primes/sockets';
import { Timers } from './timers.ts';

/** Called when its descriptor is ready, with `READ` and `WRITE` bits. */
export type Handler = (events: number) => void;

/** What a reactor waits with; a test passes its own. */
export interface ReactorOptions {
  readonly selector: Selector;
  /** The time of the load, in milliseconds. */
  readonly now: () => number;
}

/** The end of an exact wait that is polled, not slept. */
const AWAKE_MS = 0.06;

/** Waits for sockets and timers. */
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

  /** Total time in which it slept, or polled and found nothing, in milliseconds. */
  get sleptMs(): number {
    return this.#sleptMs;
  }

  /** Begins to watch a descriptor. */
  watch(descriptor: number, interest: number, handler: Handler): void {
    this.#selector.register(descriptor, interest);
    this.#handlers[descriptor] = handler;
  }

  /** Changes what a descriptor is watched for. */
  change(descriptor: number, interest: number): void {
    this.#selector.modify(descriptor, interest);
  }

  /** Stops watching a descriptor, which is closed next. */
  unwatch(descriptor: number): void {
    this.#selector.forget(descriptor);
    this.#handlers[descriptor] = undefined;
  }

  /** Calls back after a delay, up to about a millisecond late. */
  after(delayMs: number, callback: () => void): void {
    this.#timers.add(this.now() + delayMs, callback);
  }

  /**
   * Waits once, then calls the handlers of ready sockets and the timers that are due.
   *
   * @param untilMs - exact end of the wait
   * @param aboutMs - approximate end of the wait, which costs less
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

  /** The part of an exact wait that can be slept. */
  #sleepMs(waitMs: number): number {
    const sleepMs = Math.max(0, waitMs - AWAKE_MS);
    return this.#selector.kind === 'select' || sleepMs === Infinity ? sleepMs : Math.floor(sleepMs);
  }
}
