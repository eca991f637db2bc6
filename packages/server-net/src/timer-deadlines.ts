/** The deadlines of all clients with one timer of the event loop: a timer for each client would cost more. */
import { Deadlines, type PhaseLimits } from '@concurrent-primes/server-core';
import type { NetClient } from './net-client.ts';

/** Deadlines that call `expire()` by themselves. */
export class TimerDeadlines {
  readonly #deadlines: Deadlines<NetClient>;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires. */
  #timerAtMs = Infinity;

  /** @param limits - the time limit of each phase */
  constructor(limits: PhaseLimits) {
    this.#deadlines = new Deadlines(limits);
  }

  /** A client waits in a phase; see `Deadlines.wait`. */
  wait(client: NetClient, phase: string): void {
    const nowMs = performance.now();
    this.#deadlines.wait(client, phase, nowMs);
    if (client.deadlineMs < this.#timerAtMs) this.#arm(nowMs);
  }

  /** A client no longer waits. */
  stop(client: NetClient): void {
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
