/** The deadlines of all clients with one timer of the event loop: a timer for each client would cost more. */
import { Deadlines, type PhaseLimits, type Waiter } from '@concurrent-primes/server-core';

/** A client that ends its phase when its limit has passed. */
export interface ExpiringClient extends Waiter {
  /** Called when the time limit has passed. */
  expire(): void;
}

/** Deadlines that call `expire()` when they have passed. */
export class TimerDeadlines {
  readonly #deadlines: Deadlines<ExpiringClient>;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires. */
  #timerAtMs = Infinity;

  /** @param limits - the time limit of each phase */
  constructor(limits: PhaseLimits) {
    this.#deadlines = new Deadlines(limits);
  }

  /** Starts the limit of a phase for a client; see `Deadlines.wait`. */
  wait(client: ExpiringClient, phase: string): void {
    const nowMs = performance.now();
    this.#deadlines.wait(client, phase, nowMs);
    if (client.deadlineMs < this.#timerAtMs) this.#arm(nowMs);
  }

  /** Ends a client's limit. */
  stop(client: ExpiringClient): void {
    this.#deadlines.stop(client);
  }

  #arm(nowMs: number): void {
    clearTimeout(this.#timer);
    const timeoutMs = this.#deadlines.timeoutMs(nowMs);
    this.#timerAtMs = timeoutMs === undefined ? Infinity : nowMs + timeoutMs;
    if (timeoutMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#fire();
    }, timeoutMs);
    // The sockets keep the event loop alive.
    this.#timer.unref();
  }

  #fire(): void {
    const nowMs = performance.now();
    for (let one = this.#deadlines.takeExpired(nowMs); one !== undefined; one = this.#deadlines.takeExpired(nowMs)) {
      one.expire();
    }
    this.#arm(nowMs);
  }
}
