import { expect, it } from 'vitest';
import { type SessionSource, loadSessionFactory } from './session.ts';

function moduleOf(text: string, options: object = {}): SessionSource {
  return { module: `data:text/javascript,${encodeURIComponent(text)}`, options, outcomes: [] };
}

it('loadSessionFactory() hands the options to the module, and returns its factory', async () => {
  const source = moduleOf('export const createSessionFactory = (options) => () => ({ next: options.verb });', {
    verb: 'work',
  });
  const openSession = await loadSessionFactory(source);
  expect(openSession()).toEqual({ next: 'work' });
  expect(openSession()).not.toBe(openSession());
});

it('loadSessionFactory() throws a TypeError that names the module when it has no createSessionFactory()', async () => {
  for (const text of ['export const other = 1;', 'export const createSessionFactory = 1;']) {
    const source = moduleOf(text);
    await expect(loadSessionFactory(source)).rejects.toThrow(
      new TypeError(`a session module must export createSessionFactory(), ${source.module} does not`),
    );
  }
});

it('loadSessionFactory() rejects with what the module threw when loading it fails', async () => {
  await expect(loadSessionFactory(moduleOf('throw new Error("no licence");'))).rejects.toThrow('no licence');
  const createThrows = 'export function createSessionFactory() { throw new RangeError("no such option"); }';
  await expect(loadSessionFactory(moduleOf(createThrows))).rejects.toThrow(new RangeError('no such option'));
});

it('loadSessionFactory() rejects when there is no such module', async () => {
  const module = new URL('./testing/no-such-module.js', import.meta.url).href;
  await expect(loadSessionFactory({ module, outcomes: [] })).rejects.toThrow('no-such-module.js');
});
