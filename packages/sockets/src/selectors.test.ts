import { expect, it } from 'vitest';
import { SELECTORS, SELECTOR_KINDS, type SelectorKind, createSelector } from './index.ts';

it('SELECTOR_KINDS lists the selectors that this system has', () => {
  expect(SELECTOR_KINDS).toEqual(
    Object.keys(SELECTORS).filter((kind) => kind !== 'epoll' || process.platform === 'linux'),
  );
});

it.each(SELECTOR_KINDS)('createSelector() makes the selector of the entry when given %s', (kind) => {
  using selector = createSelector(kind);
  expect([selector.kind, selector.capacity]).toEqual([kind, SELECTORS[kind].capacity]);
});

it.each(['kqueue', 'toString'])('createSelector() throws a RangeError when the name is %s', (kind) => {
  expect(() => createSelector(kind as SelectorKind)).toThrow(
    new RangeError(`cannot create a selector: kind must be ${SELECTOR_KINDS.join(', ')} on this system, got ${kind}`),
  );
});
