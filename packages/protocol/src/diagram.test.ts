import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { SPEC_URL, withGeneratedParts } from './diagram.ts';
import { primesBetween, sumOf } from './test-support.ts';
import { encodeCount, encodePrimes, encodeRequest, encodeSum } from './wire.ts';

const spec = readFileSync(SPEC_URL, 'utf8');

describe('SPEC.md', () => {
  it('SPEC.md has the current tables (pnpm run diagram writes them)', () => {
    expect(spec).toBe(withGeneratedParts(spec));
  });

  it('SPEC.md has the bytes that the codecs write', () => {
    const shown = [...spec.matchAll(/^(client|server): ((?:[0-9a-f]{2} ?)+)/gm)].map(([, who, hex]) => [
      who,
      hex!.trim(),
    ]);
    const primes = primesBetween(100, 120);
    const written = [
      ['client', encodeRequest(100, 120)],
      ['server', encodeCount(primes.length)],
      ['server', encodePrimes(primes)],
      ['client', encodeSum(sumOf(primes))],
    ] as const;
    expect(shown).toEqual(
      written.map(([who, bytes]) => [who, [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')]),
    );
  });
});

describe('withGeneratedParts()', () => {
  it('withGeneratedParts() throws when a pair of markers is missing', () => {
    expect(() => withGeneratedParts(spec.replace('<!-- outcomes: end -->', ''))).toThrow('cannot write outcomes');
  });

  it('withGeneratedParts() replaces the text between the markers', () => {
    const stale = spec.replace('fresh --> request: part', 'fresh --> closed: nonsense');
    expect(stale).not.toBe(spec);
    expect(withGeneratedParts(stale)).toBe(spec);
  });
});
