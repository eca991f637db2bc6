import { describe, expect, it } from 'vitest';
import { READ, Socket, SocketError, WakePipe, closeDescriptor, createSelector, listen } from './index.ts';
import { canListDescriptors, isClosedOnExec, openDescriptors } from './testing/descriptors.ts';
import { pair } from './testing/pair.ts';

const BUFFER = new Uint8Array(4);

describe('ownership', () => {
  it('close() closes once when called twice, though the number is in use again', () => {
    using ends = pair();
    const { near } = ends;
    const number = near.descriptor;
    near.close();
    using others = pair();
    const { near: next, far: peer } = others;
    expect([next.descriptor, peer.descriptor]).toContain(number);
    near.close();
    next.send(new Uint8Array([1]));
    expect(peer.recv(BUFFER)).toBe(1);
  });

  it('every call throws EBADF when the socket is closed, and none hits the next owner of the number', () => {
    using ends = pair();
    const { near } = ends;
    near.close();
    expect(near.descriptor).toBe(-1);
    for (const call of [
      () => near.recv(BUFFER),
      () => near.send(BUFFER),
      () => near.localAddress(),
      () => {
        near.setNonBlocking(true);
      },
      () => {
        near.shutdown('both');
      },
    ]) {
      expect(call).toThrow(SocketError);
      expect(call).toThrow('EBADF');
    }
  });

  it('release() leaves the descriptor open and the owner empty', () => {
    using ends = pair();
    const { near, far } = ends;
    const descriptor = near.release();
    near.close();
    expect(near.descriptor).toBe(-1);
    expect(() => near.release()).toThrow('cannot release: the descriptor must be open');
    using again = Socket.adopt(descriptor);
    again.send(new Uint8Array([1]));
    expect(far.recv(BUFFER)).toBe(1);
  });

  it('close() throws EBADF when something else has closed the descriptor', () => {
    using ends = pair();
    const { near } = ends;
    const { descriptor } = near;
    closeDescriptor(descriptor);
    expect(() => {
      near.close();
    }).toThrow(`close descriptor ${descriptor}: EBADF (bad file descriptor)`);
  });

  it.each([-1, 0.5, NaN])('adopt() throws a RangeError when the descriptor is %s', (descriptor) => {
    expect(() => Socket.adopt(descriptor)).toThrow(RangeError);
  });
});

// Only Linux shows a process its descriptors.
describe.runIf(canListDescriptors)('what the kernel holds', () => {
  it('a using block closes the descriptor however it ends', () => {
    const before = openDescriptors();
    for (let round = 0; round < 20; round++) {
      expect(() => {
        using ends = pair();
        using listener = listen({ host: '127.0.0.1', port: 0 });
        using pipe = new WakePipe();
        using selector = createSelector('epoll');
        selector.register(pipe.readDescriptor, READ);
        selector.register(ends.near.descriptor, READ);
        expect(openDescriptors()).toHaveLength(before.length + 6);
        // The port is taken: rolls back its own descriptor.
        listen({ host: '127.0.0.1', port: listener.localAddress().port });
      }).toThrow('EADDRINUSE');
    }
    expect(openDescriptors()).toEqual(before);
  });

  it('every descriptor is closed on exec', () => {
    const before = new Set(openDescriptors());
    using all = new DisposableStack();
    all.use(pair());
    all.use(listen({ host: '127.0.0.1', port: 0 }));
    all.use(new WakePipe());
    all.use(createSelector('epoll'));
    const opened = openDescriptors().filter((descriptor) => !before.has(descriptor));
    expect(opened).toHaveLength(6);
    expect(opened.filter((descriptor) => !isClosedOnExec(descriptor))).toEqual([]);
  });
});
