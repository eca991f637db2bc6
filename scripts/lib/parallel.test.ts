import { describe, expect, it } from 'vitest';
import { mapParallel } from './parallel.ts';

describe('mapParallel()', () => {
  it('keeps the order of the items and the limit', async () => {
    let running = 0;
    let most = 0;
    const results = await mapParallel([3, 1, 2, 0], 2, async (item) => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < item; turn++) await Promise.resolve();
      running--;
      return item * 10;
    });
    expect(results).toEqual([30, 10, 20, 0]);
    expect(most).toBe(2);
  });

  it('starts no further call after one failed', async () => {
    const started: number[] = [];
    const failing = mapParallel([1, 2, 3], 1, (item) => {
      started.push(item);
      return item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item);
    });
    await expect(failing).rejects.toThrow('two');
    expect(started).toEqual([1, 2]);
  });
});
