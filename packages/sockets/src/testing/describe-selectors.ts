/**
 * Puts every selector of a registry under the selector contract.
 */
import { selectorContract } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { END, NONE, READ, type SelectorEntry, WRITE, WakePipe } from '../index.ts';
import { canListDescriptors, isClosedOnExec, openDescriptors } from './descriptors.ts';
import { pair } from './pair.ts';

/**
 * Declares the tests of all selectors in a registry.
 *
 * @param selectors - Entries by name; one that this system lacks is skipped.
 */
export function describeSelectors(selectors: Readonly<Record<string, SelectorEntry>>): void {
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
      wakeModule: new URL('../wake-pipe.ts', import.meta.url),
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
