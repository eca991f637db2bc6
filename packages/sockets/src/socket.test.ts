import { isMainThread } from 'node:worker_threads';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  READ,
  Socket,
  SocketError,
  WOULD_BLOCK,
  connect,
  createSelector,
  listen,
  shutdownDescriptor,
} from './index.ts';
import { getIntOption, getTimeoutOption } from './options.ts';
import { platform } from './platform.ts';
import { blockThread } from './testing/blocked.ts';
import { withSignals } from './testing/disturb.ts';
import { pair } from './testing/pair.ts';

const hasIPv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

/** TypeScript has the types of WebAssembly in its library for browsers only. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (size: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer };
  };
};

function thrownBy(call: () => unknown): SocketError {
  try {
    call();
  } catch (error) {
    if (error instanceof SocketError) return error;
    throw error;
  }
  throw new Error('thrownBy: the call must throw a SocketError, it returned');
}

/** Breaks the connection from the far end, and waits until the near end knows. */
function reset(near: Socket, far: Socket): void {
  using selector = createSelector('poll');
  far.setLinger(0);
  far.close();
  selector.register(near.descriptor, READ);
  expect(selector.select(4000).count).toBe(1);
}

describe('recv and send', () => {
  it.for([
    ['IPv4', '127.0.0.1', true],
    ['IPv6', '::1', hasIPv6],
  ] as const)('recv() gives what send() took over %s', ([family, host, available], { skip }) => {
    if (!available) skip('this machine has no IPv6 loopback address');
    using ends = pair({ host });
    const { near, far } = ends;
    expect(near.send(bytes(1, 2, 3))).toBe(3);
    const buffer = new Uint8Array(8);
    expect(far.recv(buffer)).toBe(3);
    expect([...buffer]).toEqual([1, 2, 3, 0, 0, 0, 0, 0]);
    expect(near.peerAddress()).toEqual({ ...far.localAddress(), family, host });
    expect(far.peerAddress()).toEqual(near.localAddress());
  });

  it('recv() and send() work in place when the buffer is a view of shared or WebAssembly memory', () => {
    using ends = pair();
    const { near, far } = ends;
    const wasm = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    for (const memory of [new ArrayBuffer(16), new SharedArrayBuffer(16), wasm.buffer]) {
      const whole = new Uint8Array(memory);
      whole.set([9, 9, 1, 2, 3, 9]);
      expect(near.send(whole.subarray(2, 5))).toBe(3);
      expect(far.recv(whole.subarray(8, 16))).toBe(3);
      expect([...whole.subarray(0, 16)]).toEqual([9, 9, 1, 2, 3, 9, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0]);
    }
  });

  it('peerAddress() is known after a reset when the socket came from accept() or was asked before', () => {
    using listener = listen({ host: '127.0.0.1', port: 0 });
    const clients = [0, 1, 2].map(() => connect(listener.localAddress()));
    const addresses = clients.map((client) => client.localAddress());
    using accepted = listener.accept()!;
    using asked = Socket.adopt(listener.acceptDescriptor());
    using unasked = Socket.adopt(listener.acceptDescriptor());
    asked.rememberPeer();
    for (const client of clients) {
      client.setLinger(0);
      client.close();
    }
    unasked.rememberPeer();
    expect([accepted.peerAddress(), asked.peerAddress()]).toEqual(addresses.slice(0, 2));
    expect(() => unasked.peerAddress()).toThrow('ENOTCONN');
  });

  it('recv() throws a RangeError when the buffer is empty, and send() takes nothing', () => {
    using ends = pair();
    const { near } = ends;
    expect(() => near.recv(new Uint8Array(0))).toThrow(RangeError);
    expect(near.send(new Uint8Array(0))).toBe(0);
  });

  it('recv() returns the bytes that arrived before the peer ended, then 0', () => {
    using ends = pair();
    const { near, far } = ends;
    far.send(bytes(5));
    far.shutdown('write');
    expect(near.recv(new Uint8Array(4))).toBe(1);
    expect(near.recv(new Uint8Array(4))).toBe(0);
    // The other direction lives on.
    near.send(bytes(6));
    expect(far.recv(new Uint8Array(4))).toBe(1);
  });

  it('recv() returns WOULD_BLOCK when a non-blocking socket has nothing', () => {
    using ends = pair({ nonBlocking: true });
    const { near, far } = ends;
    expect(near.recv(new Uint8Array(4))).toBe(WOULD_BLOCK);
    near.setNonBlocking(false);
    far.send(bytes(1));
    expect(near.recv(new Uint8Array(4))).toBe(1);
  });

  it('send() takes a part when a non-blocking socket has less room, then WOULD_BLOCK, and loses nothing', () => {
    using ends = pair({ nonBlocking: true });
    const { near, far } = ends;
    near.setSendBuffer(16_384);
    const chunk = new Uint8Array(16 * 1024 * 1024).fill(3);
    const first = near.send(chunk);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(chunk.length);
    let sent = first;
    for (let more = near.send(chunk); more !== WOULD_BLOCK; more = near.send(chunk)) sent += more;
    near.shutdown('write');
    far.setNonBlocking(false);
    let received = 0;
    for (let more = far.recv(chunk); more > 0; more = far.recv(chunk)) received += more;
    expect(received).toBe(sent);
  });
});

describe('time limits', () => {
  it('recv() returns WOULD_BLOCK, and not early, when the receive timeout runs out', () => {
    using ends = pair();
    const { near } = ends;
    near.setReceiveTimeout(20);
    const startMs = performance.now();
    expect(near.recv(new Uint8Array(4))).toBe(WOULD_BLOCK);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(20);
  });

  // The kernel gives signals to the main thread: in another one nothing would be interrupted.
  it.runIf(isMainThread)('recv() keeps its time limit when signals come faster than it', async () => {
    using ends = pair();
    const { near } = ends;
    near.setReceiveTimeout(100);
    const { result, signals, elapsedMs } = await withSignals(() => near.recv(new Uint8Array(4)));
    expect(result).toBe(WOULD_BLOCK);
    expect(signals).toBeGreaterThan(1);
    expect(elapsedMs).toBeGreaterThanOrEqual(100);
    // The signals go on for 2 s: to restart the limit at each of them would take longer than that.
    expect(elapsedMs).toBeLessThan(2000);
  });

  it('send() returns the number of bytes taken, then WOULD_BLOCK, when the send timeout has passed', () => {
    using ends = pair();
    const { near } = ends;
    near.setSendTimeout(20);
    const chunk = new Uint8Array(16 * 1024 * 1024);
    let startMs = performance.now();
    let sent = near.send(chunk);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(chunk.length);
    // Bytes in flight when the buffer was full have made more room since, perhaps more than once.
    while (sent !== WOULD_BLOCK) {
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(20);
      startMs = performance.now();
      sent = near.send(chunk);
    }
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(20);
  });

  it.each([0, -1, NaN, Infinity])('setReceiveTimeout() throws a RangeError when given %s', (timeoutMs) => {
    using ends = pair();
    const { near } = ends;
    expect(() => {
      near.setReceiveTimeout(timeoutMs);
    }).toThrow(RangeError);
  });

  it('setReceiveTimeout() and setSendTimeout() set each its own limit, and undefined takes it away', () => {
    using ends = pair();
    const { near } = ends;
    const { SO_RCVTIMEO, SO_SNDTIMEO } = platform();
    const limits = (): unknown[] => [SO_RCVTIMEO, SO_SNDTIMEO].map((name) => getTimeoutOption(near.descriptor, name));
    expect(limits()).toEqual([undefined, undefined]);
    near.setReceiveTimeout(1500);
    near.setSendTimeout(40);
    expect(limits()).toEqual([1500, 40]);
    near.setReceiveTimeout(undefined);
    expect(limits()).toEqual([undefined, 40]);
  });
});

describe('broken connections', () => {
  it('recv() throws ECONNRESET with call, number and descriptor when the peer has reset', () => {
    using ends = pair();
    const { near, far } = ends;
    reset(near, far);
    const { descriptor } = near;
    const error = thrownBy(() => near.recv(new Uint8Array(4)));
    expect(error).toMatchObject({ name: 'SocketError', call: 'recv', code: 'ECONNRESET', descriptor });
    expect(error.errno).toBeGreaterThan(0);
    expect(error.message).toBe(`recv descriptor ${descriptor}: ECONNRESET (connection reset by peer)`);
  });

  it('send() throws ECONNRESET or EPIPE when the peer has reset', () => {
    using ends = pair();
    const { near, far } = ends;
    reset(near, far);
    const codes = [thrownBy(() => near.send(bytes(1))).code, thrownBy(() => near.send(bytes(1))).code];
    expect(codes).toEqual(['ECONNRESET', 'EPIPE']);
  });

  it('send() throws EPIPE, without a signal, when this side has ended its direction', () => {
    using ends = pair();
    const { near } = ends;
    let signals = 0;
    const onSignal = (): void => {
      signals++;
    };
    process.on('SIGPIPE', onSignal);
    near.shutdown('write');
    expect(thrownBy(() => near.send(bytes(1)))).toMatchObject({ call: 'send', code: 'EPIPE' });
    process.off('SIGPIPE', onSignal);
    expect(signals).toBe(0);
  });

  it('close() lets the peer receive the rest when setLinger() was not called', () => {
    using ends = pair();
    const { near, far } = ends;
    far.send(bytes(1, 2));
    far.close();
    expect(near.recv(new Uint8Array(4))).toBe(2);
    expect(near.recv(new Uint8Array(4))).toBe(0);
  });

  it('shutdown() throws ENOTCONN when the connection is gone', () => {
    using ends = pair();
    const { near, far } = ends;
    reset(near, far);
    thrownBy(() => near.recv(new Uint8Array(4)));
    expect(
      thrownBy(() => {
        near.shutdown('both');
      }),
    ).toMatchObject({ call: 'shutdown', code: 'ENOTCONN' });
  });
});

describe('other threads', () => {
  it('shutdownDescriptor() ends a recv() that blocks in another thread', async () => {
    using ends = pair();
    const { near } = ends;
    const blocked = await blockThread('Socket', near.descriptor, 'owned.recv(new Uint8Array(4))');
    shutdownDescriptor(near.descriptor, 'both');
    expect(await blocked.outcome).toBe(0);
  });

  it('adopt() goes on with the connection when another thread has released it', async () => {
    using ends = pair();
    const { near, far } = ends;
    const descriptor = near.release();
    const sender = await blockThread('Socket', descriptor, 'owned.send(new Uint8Array([42]))');
    expect(await sender.outcome).toBe(1);
    using again = Socket.adopt(descriptor);
    const buffer = new Uint8Array(4);
    expect([far.recv(buffer), buffer[0]]).toEqual([1, 42]);
    far.send(bytes(43));
    expect([again.recv(buffer), buffer[0]]).toEqual([1, 43]);
  });
});

describe('options', () => {
  it('setNoDelay(), setSendBuffer() and setReceiveBuffer() set the options they are named for', () => {
    using ends = pair();
    const { near } = ends;
    const { IPPROTO_TCP, TCP_NODELAY, SOL_SOCKET, SO_SNDBUF, SO_RCVBUF } = platform();
    const option = (level: number, name: number): number => getIntOption(near.descriptor, level, name);
    expect(option(IPPROTO_TCP, TCP_NODELAY)).toBe(0);
    near.setNoDelay(true);
    expect(option(IPPROTO_TCP, TCP_NODELAY)).not.toBe(0);
    near.setNoDelay(false);
    expect(option(IPPROTO_TCP, TCP_NODELAY)).toBe(0);
    // Linux doubles the requested size, socket(7); macOS does not.
    near.setSendBuffer(20_000);
    near.setReceiveBuffer(30_000);
    expect([20_000, 40_000]).toContain(option(SOL_SOCKET, SO_SNDBUF));
    expect([30_000, 60_000]).toContain(option(SOL_SOCKET, SO_RCVBUF));
  });

  it('finishConnect() says yes when the socket is connected', () => {
    using ends = pair();
    const { near } = ends;
    expect(near.finishConnect()).toBe(true);
  });
});
