import { expect, it } from 'vitest';
import { type SessionSource, loadSessions } from './session-module.ts';

function moduleOf(text: string, options: object = {}): SessionSource {
  return { module: `data:text/javascript,${encodeURIComponent(text)}`, options, outcomes: [], phases: {} };
}

it('loadSessions() passes the options to the module, and returns its sessions', async () => {
  const source = moduleOf('export const createSessions = (options) => ({ open: () => ({ next: options.verb }) });', {
    verb: 'work',
  });
  const sessions = await loadSessions(source);
  expect(sessions.open()).toEqual({ next: 'work' });
  expect(sessions.open()).not.toBe(sessions.open());
});

it('loadSessions() throws a TypeError that names the module when it has no createSessions()', async () => {
  for (const text of ['export const other = 1;', 'export const createSessions = 1;']) {
    const source = moduleOf(text);
    await expect(loadSessions(source)).rejects.toThrow(
      new TypeError(`cannot load sessions: the module must export createSessions(), got ${source.module}`),
    );
  }
});

it('loadSessions() rejects with what the module threw when loading it fails', async () => {
  await expect(loadSessions(moduleOf('throw new Error("no licence");'))).rejects.toThrow('no licence');
  const createThrows = 'export function createSessions() { throw new RangeError("no such option"); }';
  await expect(loadSessions(moduleOf(createThrows))).rejects.toThrow(new RangeError('no such option'));
});

it('loadSessions() rejects when there is no such module', async () => {
  const module = new URL('./testing/no-such-module.js', import.meta.url).href;
  await expect(loadSessions({ module, outcomes: [], phases: {} })).rejects.toThrow('no-such-module.js');
});
