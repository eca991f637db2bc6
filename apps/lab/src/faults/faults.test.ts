import { ERROR_KINDS } from '@concurrent-primes/load';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults.ts';

describe('FAULTS', () => {
  it.for(Object.entries(FAULTS))('%s says what happens, what is expected, and what may be refused', ([name, fault]) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(fault.title).toMatch(/^[^\n]{10,100}[^.\n]$/);
    expect(fault.expects).toMatch(/^[^\n]{10,150}[^.\n]$/);
    expect(Object.keys(ERROR_KINDS)).toEqual(expect.arrayContaining([...(fault.refuses ?? [])]));
  });

  it('has an entry for each file of kinds/', () => {
    const files = readdirSync(new URL('kinds/', import.meta.url));
    // accept-errors.ts makes two.
    expect(Object.keys(FAULTS)).toHaveLength(files.length + 1);
    expect(new Set(Object.values(FAULTS)).size).toBe(files.length + 1);
  });

  it('refuses good clients only where they can not be served, and never cuts them', () => {
    const kinds = Object.values(FAULTS).flatMap(({ refuses = [] }) => refuses);
    expect(new Set(kinds)).toEqual(
      new Set(['refused-busy', 'refused-shutting-down', 'connect-refused', 'connect-failed']),
    );
  });
});
