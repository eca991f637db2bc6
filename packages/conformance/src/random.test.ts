import { describe, expect, it } from 'vitest';
import { randomFor } from './random.ts';

function draw(seed: number, name: string, length = 8): number[] {
  const random = randomFor(seed, name);
  return Array.from({ length }, () => random(0, 1_000_000));
}

describe('randomFor()', () => {
  it('draws the same for the same seed and name, and otherwise not', () => {
    expect(draw(1, 'random')).toEqual(draw(1, 'random'));
    expect(draw(1, 'random')).not.toEqual(draw(2, 'random'));
    expect(draw(1, 'random')).not.toEqual(draw(1, 'bounds'));
  });

  it('draws every integer between its bounds, about as often, and no other', () => {
    const random = randomFor(1, 'range');
    const counts = new Map<number, number>();
    for (let drawn = 0; drawn < 6000; drawn++) {
      const value = random(-2, 3);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((x, y) => x - y)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('draws from all of int32', () => {
    const random = randomFor(7, 'wide');
    const drawn = Array.from({ length: 1000 }, () => random(-(2 ** 31), 2 ** 31 - 1));
    expect(Math.min(...drawn)).toBeLessThan(-(2 ** 30));
    expect(Math.max(...drawn)).toBeGreaterThan(2 ** 30);
  });
});
