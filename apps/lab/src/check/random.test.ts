import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

function draw(seed: number, name: string, length = 8): number[] {
  const random = new Random(seed, name);
  return Array.from({ length }, () => random.integer(0, 1_000_000));
}

describe('Random', () => {
  it('draws the same for the same seed and name, and otherwise not', () => {
    expect(draw(1, 'random')).toEqual(draw(1, 'random'));
    expect(draw(1, 'random')).not.toEqual(draw(2, 'random'));
    expect(draw(1, 'random')).not.toEqual(draw(1, 'next-request'));
  });

  it('draws every integer of a range, about as often, and no other', () => {
    const random = new Random(1, 'range');
    const counts = new Map<number, number>();
    for (let drawn = 0; drawn < 6000; drawn++) {
      const value = random.integer(-2, 3);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((x, y) => x - y)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
