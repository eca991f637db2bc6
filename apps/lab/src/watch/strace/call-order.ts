/**
 * Puts calls into an order in which each thread is known before it does anything.
 *
 * strace may print the first calls of a new thread or process before it prints that the call which started it has returned,
 * and what its number is. Such calls wait here until their thread is known.
 */
import type { SystemCall } from './strace-lines.ts';
import { CLONES, ENDED } from './traced-calls.ts';

/** Holds back the calls of threads that nobody is known to have started. */
export class CallOrder {
  readonly #known = new Set<number>();
  readonly #held = new Map<number, SystemCall[]>();
  /** Threads that are starting another one. */
  readonly #starting = new Set<number>();

  /** Takes the next call of strace's output, and returns the calls whose turn it is. */
  take(call: SystemCall): SystemCall[] {
    const { tid, name, phase, result } = call;
    const held = this.#held.get(tid);
    if (held !== undefined) {
      held.push(call);
      return [];
    }
    if (!this.#known.has(tid) && this.#starting.size > 0) {
      this.#held.set(tid, [call]);
      return [];
    }
    this.#known.add(tid);
    if (name === ENDED) {
      this.#known.delete(tid);
      this.#starting.delete(tid);
      return [call];
    }
    if (!CLONES.has(name)) return [call];
    if (phase === 'begin') {
      this.#starting.add(tid);
      return [call];
    }
    this.#starting.delete(tid);
    if (result <= 0) return [call];
    this.#known.add(result);
    return [call, ...this.#release(result)];
  }

  /** The calls of a thread that is known now. They may tell of further threads. */
  #release(tid: number): SystemCall[] {
    const calls = this.#held.get(tid) ?? [];
    this.#held.delete(tid);
    return calls.flatMap((call) => this.take(call));
  }
}
