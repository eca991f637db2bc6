import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { READ, SELECTOR_KINDS, WRITE, createSelector } from './index.ts';
import { pair } from './testing/pair.ts';

it('capacity is FD_SETSIZE when the selector is made', () => {
  using selector = createSelector('select');
  expect(selector.capacity).toBe(1024);
});

it('register() throws a RangeError that names the limit when the descriptor is 1024', () => {
  using selector = createSelector('select');
  expect(() => {
    selector.register(1024, READ);
  }).toThrow(
    new RangeError(
      'cannot register: descriptor must be below 1024, the limit of select, got 1024: ' +
        'close some descriptors, or use poll or epoll',
    ),
  );
  expect(selector.size).toBe(0);
});

it('select() reports descriptor 1023 and other selectors take 1024 when more descriptors are open', async (context) => {
  // A process of its own: a thousand descriptors are no matter for the other tests.
  const program = `
    const { READ, SELECTOR_KINDS, WakePipe, createSelector, wake } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const pipes = [];
    do pipes.push(new WakePipe()); while (pipes.at(-1).writeDescriptor < 1026);
    for (const pipe of pipes) wake(pipe.writeDescriptor);
    const found = {};
    for (const kind of SELECTOR_KINDS) {
      using selector = createSelector(kind);
      const numbers = pipes.map((pipe) => pipe.readDescriptor).filter((number) => number < selector.capacity);
      for (const number of numbers) selector.register(number, READ);
      const ready = selector.select(1000);
      const reported = ready.descriptors.slice(0, ready.count).sort();
      found[kind] = reported.join() === numbers.join() && (kind === 'select') === (numbers.at(-1) < 1024);
    }
    process.stdout.write(JSON.stringify(found));
  `;
  const shell = `ulimit -n 1100 || exit 42; exec "$0" --input-type=module --eval "$1"`;
  const run = promisify(execFile)('/bin/sh', ['-c', shell, process.execPath, program]);
  const { stdout } = await run.catch((error: unknown) => {
    if ((error as { code?: unknown }).code === 42) return context.skip('the limit of descriptors can not be 1100 here');
    throw error;
  });
  expect(JSON.parse(stdout)).toEqual(Object.fromEntries(SELECTOR_KINDS.map((kind) => [kind, true])));
});

it('select() throws EBADF when a registered descriptor was closed', () => {
  using selector = createSelector('select');
  using ends = pair();
  const { near } = ends;
  selector.register(near.descriptor, WRITE);
  near.close();
  expect(() => selector.select(0)).toThrow('select: EBADF (bad file descriptor)');
});
