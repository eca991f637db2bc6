import { expect, it } from 'vitest';
import { Cleanup } from './cleanup.ts';

it('Cleanup undoes everything, the last first, also if some of it fails', async () => {
  const done: string[] = [];
  const cleanup = new Cleanup();
  cleanup.defer(() => done.push('first'));
  cleanup.defer(() => {
    throw new Error('the second fails');
  });
  cleanup.use({ [Symbol.asyncDispose]: () => Promise.resolve(void done.push('third')) });
  await expect(cleanup[Symbol.asyncDispose]()).rejects.toThrow('the second fails');
  expect(done).toEqual(['third', 'first']);
  await cleanup[Symbol.asyncDispose]();
  expect(done).toHaveLength(2);
});

it('Cleanup undoes nothing that was moved', async () => {
  const done: string[] = [];
  let moved: Cleanup;
  {
    await using cleanup = new Cleanup();
    cleanup.defer(() => done.push('undone'));
    moved = cleanup.move();
  }
  expect(done).toEqual([]);
  await moved[Symbol.asyncDispose]();
  expect(done).toEqual(['undone']);
});
