import { describe, expect, it } from 'vitest';
import { tallyTests } from './test-tally.ts';

describe('tallyTests()', () => {
  it('adds up the lines of many packages after turbo prefixes', () => {
    const log = [
      '@concurrent-primes/sieve:test:  Test Files  2 passed (2)',
      '@concurrent-primes/sieve:test:       Tests  12 passed | 1 skipped (13)',
      '@concurrent-primes/sieve:test:    Start at  12:00:00',
      '@concurrent-primes/client:test:       Tests  2 failed | 3 passed | 1 expected fail | 2 skipped | 4 todo (12)',
      '      Tests  1 passed (1)',
    ].join('\r\n');
    expect(tallyTests(log)).toEqual({ passed: 17, failed: 2, skipped: 7 });
  });

  it('reads through colours', () => {
    const log =
      '\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m19 passed\u001b[39m\u001b[22m\u001b[90m (19)\u001b[39m\n';
    expect(tallyTests(log)).toEqual({ passed: 19, failed: 0, skipped: 0 });
  });

  it.each([
    ['there is no summary', 'Test Files  1 passed (1)\n'],
    ['an outcome is unknown', 'Tests  1 passed | 1 exploded (2)\n'],
    ['the parts do not make the total', 'Tests  1 passed (2)\n'],
  ])('throws when %s', (_, log) => {
    expect(() => tallyTests(log)).toThrow(/^cannot tally tests: /);
  });
});
