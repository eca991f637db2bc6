import { selectorContract } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { BaseSelector, INTERRUPTED } from './base-selector.ts';
import {
  END,
  NONE,
  READ,
  SELECTORS,
  SELECTOR_KINDS,
  type SelectorEntry,
  type SelectorKind,
  WRITE,
  WakePipe,
  createSelector,
} from './index.ts';
import { libc } from './libc.ts';
import { canListDescriptors, isClosedOnExec, openDescriptors } from './testing/descriptors.ts';
import { pair } from './testing/pair.ts';
import { POLLIN, POLLOUT } from './wait.ts';

/**
 * A selector that this package doesn't have: it asks `poll(2)` for one descriptor after the other, and sleeps 1 ms
 * between rounds. Being under the contract took it this class and an entry.
 */
class OneByOneSelector extends BaseSelector {
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

describeSelectors({
  ...SELECTORS,
  'one-by-one': {
    description: 'poll(2) on each descriptor alone',
    available: true,
    reportsEnd: false,
    create: () => new OneByOneSelector(),
  },
});

describe('createSelector', () => {
  it.each(SELECTOR_KINDS)('createSelector() makes the selector of the entry when given %s', (kind) => {
    using selector = createSelector(kind);
    expect(selector.kind).toBe(kind);
  });

  it.each(['kqueue', 'toString'])('createSelector() throws a RangeError when the name is %s', (kind) => {
    expect(() => createSelector(kind as SelectorKind)).toThrow(
      new RangeError(`cannot create a selector: kind must be ${SELECTOR_KINDS.join(', ')} on this system, got ${kind}`),
    );
  });
});

/**
 * Declares the tests of all selectors in a registry.
 *
 * @param selectors - Entries by name; one that this system lacks is skipped.
 */
function describeSelectors(selectors: Readonly<Record<string, SelectorEntry>>): void {
  for (const [kind, { available, reportsEnd, create }] of Object.entries(selectors)) {
    if (!available) {
      it.skip(`selector contract: ${kind} (${process.platform} has no ${kind})`);
      continue;
    }
    selectorContract(kind, create, {
      ...{ NONE, READ, WRITE, END },
      reportsEnd,
      pair: () => {
        const { near, far } = pair({ nonBlocking: true });
        return [near, far];
      },
      createWakePipe: () => new WakePipe(),
      wakeModule: new URL('./wake-pipe.ts', import.meta.url),
    });

    describe(`registry entry: ${kind}`, () => {
      it('create() makes an empty selector that bears the name of its entry', () => {
        using selector = create();
        expect(selector.kind).toBe(kind);
        expect(selector.size).toBe(0);
        expect(selector.capacity).toBeGreaterThanOrEqual(1024);
      });

      it.runIf(canListDescriptors)('create() opens no descriptor that a child process would inherit', () => {
        const before = new Set(openDescriptors());
        using selector = create();
        const opened = openDescriptors().filter((descriptor) => !before.has(descriptor));
        expect(selector.size).toBe(0);
        expect(opened.filter((descriptor) => !isClosedOnExec(descriptor))).toEqual([]);
      });
    });
  }
}
