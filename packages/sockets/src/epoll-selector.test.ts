import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { READ, WRITE, createSelector } from './index.ts';
import { isClosedOnExec, openDescriptors } from './testing/descriptors.ts';
import { pair } from './testing/pair.ts';

// epoll exists on Linux only.
it.runIf(process.platform === 'linux')('register() changes nothing when epoll refuses a regular file', () => {
  using selector = createSelector('epoll');
  const file = openSync(fileURLToPath(import.meta.url), 'r');
  const attempt = (): void => {
    selector.register(file, READ);
  };
  expect(attempt).toThrow(`epoll_ctl descriptor ${file}: EPERM (operation not permitted)`);
  // Not "registered already": the table was rolled back.
  expect(attempt).toThrow('EPERM');
  expect(selector.size).toBe(0);
  closeSync(file);
});

it.runIf(process.platform === 'linux')('register() changes nothing when the descriptor is not open', () => {
  using selector = createSelector('epoll');
  using ends = pair();
  const { near, far } = ends;
  selector.register(near.descriptor, WRITE);
  const { descriptor } = far;
  far.close();
  expect(() => {
    selector.register(descriptor, READ);
  }).toThrow(`epoll_ctl descriptor ${descriptor}: EBADF`);
  expect(selector.size).toBe(1);
});

it.runIf(process.platform === 'linux')(
  'createSelector() opens one descriptor, closed on exec, when given epoll',
  () => {
    const before = new Set(openDescriptors());
    using selector = createSelector('epoll');
    const opened = openDescriptors().filter((descriptor) => !before.has(descriptor));
    expect(selector.capacity).toBe(Infinity);
    expect(opened.map(isClosedOnExec)).toEqual([true]);
  },
);
