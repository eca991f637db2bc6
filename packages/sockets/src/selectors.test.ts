import { selectorContract } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { END, NONE, READ, type SelectorKind, WRITE, WakePipe, createSelector } from './index.ts';
import { isClosedOnExec, openDescriptors } from './testing/descriptors.ts';
import { pair } from './testing/pair.ts';

// epoll exists on Linux only.
const KINDS: readonly SelectorKind[] = process.platform === 'linux' ? ['select', 'poll', 'epoll'] : ['select', 'poll'];

for (const kind of KINDS) {
  selectorContract(kind, () => createSelector(kind), {
    NONE,
    READ,
    WRITE,
    END,
    hintsEnd: kind === 'epoll' || (kind === 'poll' && process.platform === 'linux'),
    pair: () => {
      const { near, far } = pair({ nonBlocking: true });
      return [near, far];
    },
    createWakePipe: () => new WakePipe(),
    wakeModule: new URL('./wake-pipe.ts', import.meta.url),
  });
}

describe('createSelector', () => {
  it.each(KINDS)('createSelector() makes an empty selector of its kind when given %s', (kind) => {
    using selector = createSelector(kind);
    expect(selector.kind).toBe(kind);
    expect(selector.size).toBe(0);
    expect(selector.capacity).toBe(kind === 'select' ? 1024 : Infinity);
  });

  it('createSelector() throws a RangeError when the name is unknown', () => {
    expect(() => createSelector('kqueue' as SelectorKind)).toThrow(
      new RangeError("createSelector: kind must be 'select', 'poll' or 'epoll', received 'kqueue'"),
    );
  });

  it.runIf(process.platform === 'linux')('createSelector() opens a descriptor closed on exec when given epoll', () => {
    const before = new Set(openDescriptors());
    using selector = createSelector('epoll');
    const opened = openDescriptors().filter((descriptor) => !before.has(descriptor));
    expect(selector.size).toBe(0);
    expect(opened.map(isClosedOnExec)).toEqual([true]);
  });
});
