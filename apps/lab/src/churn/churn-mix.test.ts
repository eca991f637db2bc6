import { ZOO } from '@concurrent-primes/zoo';
import { describe, expect, it } from 'vitest';
import { type Kind, KINDS, visitsFor } from './churn-mix.ts';
import { ReferenceAnswers } from './reference-answers.ts';

const reference = new ReferenceAnswers(10_000_000);
const kindsOf = (connections: number): Kind[] => [...visitsFor(connections, reference)].map(({ kind }) => kind);

describe('visitsFor()', () => {
  it.for([1000, 10_000, 10_001, 20_345])('makes %d connections, and no fewer and no more', (connections) => {
    const made = [...visitsFor(connections, reference)].reduce((sum, visit) => sum + visit.connections, 0);
    expect(made).toBe(connections);
  });

  it('decides the same each time', () => {
    expect(kindsOf(2000)).toEqual(kindsOf(2000));
  });

  it('gives each kind its share', () => {
    const kinds = kindsOf(50_000);
    for (const [kind, { perMille }] of Object.entries(KINDS)) {
      const share = kinds.filter((name) => name === kind).length / kinds.length;
      expect(Math.abs(share - perMille / 1000), `share of ${kind}`).toBeLessThan(0.005);
    }
  });

  it('brings the whole zoo in the shortest run', () => {
    const leaves = [...visitsFor(1000, reference)].filter(({ kind }) => kind === 'zoo').map((visit) => visit.leaves);
    expect(new Set(leaves)).toEqual(new Set(ZOO.map((badPeer) => badPeer.leaves)));
    expect(leaves.length).toBeGreaterThanOrEqual(ZOO.length);
  });
});
