import { describe, expect, it } from 'vitest';
import { SELECTORS, SELECTOR_KINDS, type SelectorKind, createSelector } from './index.ts';
import { describeSelectors } from './testing/describe-selectors.ts';
import { OneByOneSelector } from './testing/one-by-one-selector.ts';

describeSelectors(SELECTORS);

// A selector that this package doesn't have: a file and an entry are all that the suite needs.
describeSelectors({
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
