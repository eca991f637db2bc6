import { describe, expect, it } from 'vitest';
import { CHECKS, selectChecks } from './checks.ts';

describe('CHECKS', () => {
  it('have names of their own that fit a column', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
    for (const { name, title } of CHECKS) {
      expect(name).toMatch(/^[a-zA-Z-]{1,29}$/);
      expect(title.length, title).toBeLessThanOrEqual(46);
    }
  });

  it('need only checks that come before them', () => {
    CHECKS.forEach(({ name, needs = [] }, index) => {
      const before = CHECKS.slice(0, index).map((check) => check.name);
      expect(before, name).toEqual(expect.arrayContaining([...needs]));
    });
  });
});

describe('selectChecks()', () => {
  it('chooses all, one, a group, or all that begin so, in their order', () => {
    const names = (...only: string[]): string[] => selectChecks(only).map(({ name }) => name);
    expect(names()).toEqual(CHECKS.map(({ name }) => name));
    expect(names('end', 'answer')).toEqual(['answer', 'end']);
    expect(names('stream')).toContain('request-split');
    expect(names('zoo-leaves-*')).toHaveLength(8);
  });

  it('throws when a name fits nothing', () => {
    expect(() => selectChecks(['answer', 'zo'])).toThrow(
      new RangeError("cannot choose checks: needs the name of a check or a group (see --list), got 'zo'"),
    );
  });
});
