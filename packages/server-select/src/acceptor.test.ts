import { constants } from 'node:os';
import {
  type ListeningSocket,
  type Selector,
  Socket,
  SocketError,
  WOULD_BLOCK,
  WakePipe,
  connect,
  createSelector,
  listen,
} from '@concurrent-primes/sockets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Acceptor } from './acceptor.ts';
import { PausedLoops } from './paused-loops.ts';
import { type FakeThread, fakeThread } from './testing/fake-thread.ts';

const RETRY_MS = 1000;
const owned: Disposable[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const resource of owned.splice(0).reverse()) resource[Symbol.dispose]();
});

/** Closes a resource after the test. */
function own<T extends Disposable>(resource: T): T {
  owned.push(resource);
  return resource;
}

/** An acceptor and its parts. The selector's capacity can be set, so that no 1024 descriptors are needed. */
interface Scene extends FakeThread {
  readonly acceptor: Acceptor;
  readonly listener: ListeningSocket;
  readonly selector: Selector & { capacity: number };
  /** The paused loops, as another loop sees them. */
  readonly otherLoop: PausedLoops;
}

function scene(listener: ListeningSocket = listenOnLoopback(), makeRoom = (): boolean => false): Scene {
  const fake = fakeThread(() => {
    throw new Error('an acceptor opens no session');
  });
  const selector = own(Object.assign(createSelector('poll'), { capacity: Infinity }));
  const wakeDescriptors = [own(new WakePipe()).writeDescriptor, own(new WakePipe()).writeDescriptor];
  const pausedLoops = new PausedLoops(wakeDescriptors, 0);
  const otherLoop = new PausedLoops(wakeDescriptors, 1, pausedLoops.memory);
  return {
    ...fake,
    acceptor: new Acceptor(fake.thread, { listener, selector, pausedLoops, makeRoom }),
    listener,
    selector,
    otherLoop,
  };
}

function listenOnLoopback(): ListeningSocket {
  return own(listen({ host: '127.0.0.1', port: 0, nonBlocking: true }));
}

/** A client that has connected and waits to be accepted. */
function knock({ listener }: Scene): Socket {
  return own(connect(listener.localAddress()));
}

/** A listening socket whose `accept` always fails; `code` can be changed. */
function failingListener(code: keyof typeof constants.errno): ListeningSocket & { code: typeof code } {
  const { descriptor } = listenOnLoopback();
  const failing = {
    code,
    descriptor,
    accept: () => {
      throw new SocketError('accept', constants.errno[failing.code], { descriptor });
    },
    close: () => undefined,
  };
  return failing as unknown as ListeningSocket & { code: typeof code };
}

describe('accept', () => {
  it('accept() returns one non-blocking connection, and undefined when none is left', () => {
    const test = scene();
    const [first, second] = [knock(test), knock(test)];
    const accepted = [own(test.acceptor.accept()!), own(test.acceptor.accept()!)];
    expect(accepted.map((socket) => socket.peerAddress())).toEqual([first.localAddress(), second.localAddress()]);
    expect(accepted[0]!.recv(new Uint8Array(1))).toBe(WOULD_BLOCK);
    expect(test.acceptor.accept()).toBeUndefined();
    expect(test.acceptor.retryAtMs).toBe(Infinity);
  });

  it.for(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'] as const)(
    'accept() pauses, with one notice, when the kernel answers %s',
    (code) => {
      const { acceptor, selector, clock, notices } = scene(failingListener(code));
      expect(acceptor.accept()).toBeUndefined();
      expect(selector.size).toBe(0); // a listening socket that stays ready would make the loop spin
      expect(acceptor.retryAtMs).toBe(clock.now() + RETRY_MS);
      clock.advance(50);
      acceptor.descriptorFreed();
      expect(acceptor.retryAtMs).toBe(0);
      expect(acceptor.accept()).toBeUndefined();
      expect([selector.size, acceptor.retryAtMs]).toEqual([0, clock.now() + RETRY_MS]);
      expect(notices).toEqual([
        `accept: ${code}: new clients wait until a client leaves; raise the limit with ulimit -n`,
      ]);
    },
  );

  it('accept() tries again before it pauses, for what became free before other loops knew that it waits', () => {
    const test = scene();
    const waiting = knock(test);
    vi.spyOn(test.listener, 'accept').mockImplementationOnce(() => {
      throw new SocketError('accept', constants.errno.EMFILE);
    });
    const socket = own(test.acceptor.accept()!);
    expect(socket.peerAddress()).toEqual(waiting.localAddress());
    expect([test.acceptor.retryAtMs, test.notices]).toEqual([Infinity, []]);
  });

  it('accept() ends its pause when another loop announces that a client has left', () => {
    const { acceptor, selector, clock, otherLoop } = scene(failingListener('EMFILE'));
    acceptor.accept();
    for (let time = 0; time < 2; time += 1) {
      expect(acceptor.retryAtMs).toBe(clock.now() + RETRY_MS);
      otherLoop.wakeOthers();
      expect(acceptor.retryAtMs).toBe(0);
      acceptor.accept(); // another loop was faster
      expect(selector.size).toBe(0);
    }
  });

  it.for([
    ['EMFILE', 3],
    ['EPERM', 0],
    ['ECONNABORTED', 0],
  ] as const)('accept() lets idle clients go when the kernel answers %s only if that helps', ([code, expected]) => {
    const idle = ['one', 'two', 'three'];
    const left: string[] = [];
    const { acceptor } = scene(failingListener(code), () => {
      const client = idle.shift();
      if (client !== undefined) left.push(client);
      return client !== undefined;
    });
    expect(acceptor.accept()).toBeUndefined();
    expect(left).toHaveLength(expected);
  });

  it('accept() throws when the kernel answers with another error', () => {
    const { acceptor } = scene(failingListener('EINVAL'));
    expect(() => acceptor.accept()).toThrow('accept');
  });

  it('descriptorFreed() does nothing when not paused', () => {
    const { acceptor, selector } = scene();
    acceptor.descriptorFreed();
    expect([selector.size, acceptor.retryAtMs]).toEqual([1, Infinity]);
  });
});

describe('a descriptor that the selector cannot watch', () => {
  /** One client has the last descriptor that the selector can watch; the next one is parked. */
  function parked(): Scene & { readonly last: Socket; readonly waiting: Socket } {
    const test = scene();
    knock(test);
    const last = own(test.acceptor.accept()!);
    test.selector.capacity = last.descriptor + 1;
    const waiting = knock(test);
    expect(test.acceptor.accept()).toBeUndefined();
    return { ...test, last, waiting };
  }

  it('accept() keeps the connection, pauses and sends a notice', () => {
    const { acceptor, selector, clock, notices, waiting, last } = parked();
    expect(acceptor.retryAtMs).toBe(clock.now() + RETRY_MS);
    expect(selector.size).toBe(0);
    expect(notices).toEqual([
      `poll can watch descriptors below ${last.descriptor + 1} only, and all are taken: new clients wait until a ` +
        'client leaves; --selector poll or epoll has no such limit',
    ]);
    waiting.setNonBlocking(true);
    expect(waiting.recv(new Uint8Array(1))).toBe(WOULD_BLOCK); // neither closed nor reset
  });

  it('accept() continues to wait while no lower descriptor is free', () => {
    const { acceptor, selector, clock } = parked();
    clock.advance(RETRY_MS);
    expect(acceptor.accept()).toBeUndefined();
    expect([selector.size, acceptor.retryAtMs]).toEqual([0, clock.now() + RETRY_MS]);
  });

  it('accept() continues to wait when the process has no descriptor left', () => {
    const { acceptor, clock } = parked();
    vi.spyOn(Socket.prototype, 'duplicate').mockImplementation(() => {
      throw new SocketError('fcntl', constants.errno.EMFILE);
    });
    clock.advance(RETRY_MS);
    expect(acceptor.accept()).toBeUndefined();
    expect(acceptor.retryAtMs).toBe(clock.now() + RETRY_MS);
  });

  it('accept() returns the connection under a lower descriptor, and listens again, when one is free', () => {
    const { acceptor, selector, waiting, last } = parked();
    const { descriptor } = last;
    last.close();
    const socket = own(acceptor.accept()!);
    expect(socket.descriptor).toBe(descriptor);
    expect([selector.size, acceptor.retryAtMs]).toEqual([1, Infinity]);
    waiting.send(Uint8Array.of(7));
    const byte = new Uint8Array(1);
    socket.setNonBlocking(false);
    expect(socket.recv(byte)).toBe(1);
    expect(byte[0]).toBe(7);
    socket.close();
    expect(waiting.recv(byte)).toBe(0); // the high descriptor is closed too, or the connection would stay
  });

  it('accept() tries again before it pauses, for what became free before other loops knew that it waits', () => {
    const test = scene();
    knock(test);
    const last = own(test.acceptor.accept()!);
    test.selector.capacity = last.descriptor + 1;
    const waiting = knock(test);
    const accept = test.listener.accept.bind(test.listener);
    vi.spyOn(test.listener, 'accept').mockImplementationOnce((options) => {
      const high = accept(options);
      last.close();
      return high;
    });
    const socket = own(test.acceptor.accept()!);
    expect(socket.peerAddress()).toEqual(waiting.localAddress());
    expect([test.selector.size, test.acceptor.retryAtMs]).toEqual([1, Infinity]);
  });

  it('accept() returns the connection when another loop announces that a client has left', () => {
    const { acceptor, last, otherLoop } = parked();
    last.close();
    otherLoop.wakeOthers();
    expect(acceptor.retryAtMs).toBe(0);
    expect(own(acceptor.accept()!).descriptor).toBeLessThan(Infinity);
    expect(acceptor.retryAtMs).toBe(Infinity);
  });

  it('accept() sends its notice only once when it pauses again', () => {
    const test = parked();
    const { acceptor, last, notices } = test;
    last.close();
    own(acceptor.accept()!);
    knock(test);
    expect(acceptor.accept()).toBeUndefined();
    expect(acceptor.retryAtMs).toBeLessThan(Infinity);
    expect(notices).toHaveLength(1);
  });

  it('close() yields the parked connection too', () => {
    const test = parked();
    const later = knock(test);
    const left = [...test.acceptor.close(false)].map(own);
    expect(left.map((socket) => socket.peerAddress())).toEqual([test.waiting.localAddress(), later.localAddress()]);
  });
});

describe('close', () => {
  it('close() yields connections that were not accepted, and then the port refuses', () => {
    const test = scene();
    const { acceptor, selector, listener } = test;
    const address = listener.localAddress();
    const waiting = [knock(test), knock(test)];
    expect(acceptor.open).toBe(true);
    const left = [...acceptor.close(false)].map(own);
    expect(left.map((socket) => socket.peerAddress())).toEqual(waiting.map((socket) => socket.localAddress()));
    expect([acceptor.open, selector.size, acceptor.retryAtMs]).toEqual([false, 0, Infinity]);
    expect(() => connect(address)).toThrow('ECONNREFUSED');
  });

  it('close() yields no connection when others serve them', () => {
    const test = scene();
    const { acceptor, selector, listener } = test;
    using other = listener.duplicate();
    knock(test);
    expect([...acceptor.close(true)]).toEqual([]);
    expect([acceptor.open, selector.size]).toEqual([false, 0]);
    expect(own(other.accept()!).descriptor).toBeGreaterThan(0);
  });

  it('close() ends a pause', () => {
    const { acceptor, selector, notices } = scene(failingListener('EMFILE'));
    acceptor.accept();
    expect([...acceptor.close(false)]).toEqual([]);
    expect([selector.size, acceptor.retryAtMs]).toEqual([0, Infinity]);
    expect(notices).toHaveLength(1);
  });
});

it('Acceptor makes the selector ready when a client has connected, and only then', () => {
  const test = scene();
  expect(test.selector.select(0).count).toBe(0);
  knock(test);
  const { count, descriptors } = test.selector.select(0);
  expect([...descriptors.subarray(0, count)]).toEqual([test.listener.descriptor]);
});
