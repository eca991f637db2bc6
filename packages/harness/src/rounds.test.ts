import { describe, expect, it } from 'vitest';
import { shuffler, turnsOf } from './rounds.ts';

describe('turnsOf()', () => {
  it('gives each contender one turn a round, and another one the first', () => {
    const turns = [...turnsOf(['a', 'b', 'c'], 3)];
    expect(turns.map(({ contender }) => contender).join(' ')).toBe('b c a c a b a b c');
    expect(turns.map(({ round }) => round)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(turns[0]).toEqual({ round: 1, contender: 'b', index: 1 });
  });

  it('shuffles each round when given a seed', () => {
    const order = (seed: number): string =>
      [...turnsOf(['a', 'b', 'c', 'd'], 5, seed)].map((t) => t.contender).join('');
    expect(order(7)).toBe(order(7));
    expect(order(7)).not.toBe(order(8));
    for (const round of order(7).match(/.{4}/g)!) expect(Array.from(round).toSorted().join('')).toBe('abcd');
  });

  it('is empty without contenders', () => {
    expect([...turnsOf([], 3)]).toEqual([]);
  });
});

describe('shuffler()', () => {
  it('gives the same order for the same seed, and all items', () => {
    const items = ['a', 'b', 'c', 'd', 'e'];
    const one = shuffler(7)(items);
    expect(shuffler(7)(items)).toEqual(one);
    expect(one.toSorted()).toEqual(items);
  });

  it('puts each item in each position about as often', () => {
    const shuffle = shuffler(1);
    const first = Array.from({ length: 3000 }, () => shuffle([0, 1, 2])[0]);
    for (const item of [0, 1, 2]) {
      const times = first.filter((value) => value === item).length;
      expect(times).toBeGreaterThan(900);
      expect(times).toBeLessThan(1100);
    }
  });
});
