/**
 * A fourth selector, for the test that a new one needs only a file and a registry entry: it asks `poll(2)` for one
 * descriptor after the other and sleeps 1 ms between rounds.
 */
import { BaseSelector, INTERRUPTED } from '../base-selector.ts';
import { libc } from '../libc.ts';
import { READ, WRITE } from '../selector.ts';
import { POLLIN, POLLOUT } from '../wait.ts';

/** Asks by `poll(2)`, one descriptor a call. */
export class OneByOneSelector extends BaseSelector {
  readonly kind = 'one-by-one';
  readonly #interests = new Map<number, number>();
  readonly #found = new Map<number, number>();

  constructor() {
    super(Infinity);
  }

  protected apply(descriptor: number, _: number, after: number): void {
    if (after === 0) this.#interests.delete(descriptor);
    else this.#interests.set(descriptor, after);
  }

  protected wait(timeoutMs: number): number {
    for (const [descriptor, interest] of this.#interests) {
      const entry = new Int32Array([descriptor, (interest & READ ? POLLIN : 0) | (interest & WRITE ? POLLOUT : 0)]);
      if (libc().poll(entry, 1, 0) > 0) this.#found.set(descriptor, entry[1]! >>> 16);
    }
    if (this.#found.size > 0 || timeoutMs === 0) return this.#found.size;
    libc().poll(new Int32Array(2), 0, 1);
    return INTERRUPTED;
  }

  protected collect(): void {
    for (const [descriptor, found] of this.#found) {
      const events = (found & POLLIN ? READ : 0) | (found & POLLOUT ? WRITE : 0);
      this.report(descriptor, found & ~(POLLIN | POLLOUT) ? this.interestOf(descriptor) : events);
    }
    this.#found.clear();
  }

  protected release(): void {
    this.#interests.clear();
  }
}
