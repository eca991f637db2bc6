/** The deadlines of all clients with one timer of the event loop: a timer for each client would cost more. */
import { Deadlines, type PhaseLimits, type Waiter, type Waiting } from '@concurrent-primes/server-core';

/** A client that ends its phase when its limit has passed. */
export interface ExpiringClient extends Waiter {
  expire(): void;
  /** Makes room for another client; called while it is idle. */
  evict(): void;
}

/** Deadlines that call `expire()` when they have passed. */
export class TimerDeadlines extends Deadlines<ExpiringClient> {
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires. */
  #timerAtMs = Infinity;
  readonly #now: () => number;

  /** @param now - monotonic clock, in milliseconds */
  constructor(limits: PhaseLimits, now = (): number => performance.now()) {
    super(limits);
    this.#now = now;
  }

  override wait(client: ExpiringClient, waiting: Waiting, nowMs = this.#now()): void {
    super.wait(client, waiting, nowMs);
    if (client.deadlineMs < this.#timerAtMs) this.#arm(nowMs);
  }

  /** Closes the connection that has been idle longest; returns false if none has been for at least `leastMs`. */
  makeRoom(leastMs: number): boolean {
    const client = this.longestIdle(this.#now(), leastMs);
    client?.evict();
    return client !== undefined;
  }

  #arm(nowMs: number): void {
    clearTimeout(this.#timer);
    const timeoutMs = this.timeoutMs(nowMs);
    this.#timerAtMs = timeoutMs === undefined ? Infinity : nowMs + timeoutMs;
    if (timeoutMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#fire();
    }, timeoutMs);
    // The sockets keep the event loop alive.
    this.#timer.unref();
  }

  #fire(): void {
    const nowMs = this.#now();
    for (let one = this.takeExpired(nowMs); one !== undefined; one = this.takeExpired(nowMs)) {
      one.expire();
    }
    this.#arm(nowMs);
  }
}
