import { describe, expect, it } from 'vitest';
import { READ, WakePipe, createSelector, drainWake, wake } from './index.ts';

describe('WakePipe', () => {
  it('drain() takes every wake at once when there were more than the pipe can hold', () => {
    using pipe = new WakePipe();
    using selector = createSelector('poll');
    selector.register(pipe.readDescriptor, READ);
    // A pipe holds 65536 bytes, pipe(7).
    for (let i = 0; i < 70_000; i++) wake(pipe.writeDescriptor);
    expect(selector.select(0).count).toBe(1);
    pipe.drain();
    expect(selector.select(0).count).toBe(0);
    wake(pipe.writeDescriptor);
    expect(selector.select(0).count).toBe(1);
  });

  it.each([0, 1, 511, 512, 513, 1024])(
    'drainWake() leaves the pipe empty, without waiting, after %s wakes',
    (wakes) => {
      using pipe = new WakePipe();
      using selector = createSelector('poll');
      selector.register(pipe.readDescriptor, READ);
      for (let i = 0; i < wakes; i++) wake(pipe.writeDescriptor);
      drainWake(pipe.readDescriptor);
      expect(selector.select(0).count).toBe(0);
    },
  );

  it('wake() and drain() throw EBADF when the pipe is closed, and close() may come twice', () => {
    const pipe = new WakePipe();
    pipe.close();
    pipe.close();
    expect([pipe.readDescriptor, pipe.writeDescriptor]).toEqual([-1, -1]);
    expect(() => {
      wake(pipe.writeDescriptor);
    }).toThrow('write descriptor -1: EBADF');
    expect(() => {
      pipe.drain();
    }).toThrow('read descriptor -1: EBADF');
  });
});
