import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { constants, networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import {
  ListeningSocket,
  type Socket,
  SocketError,
  WOULD_BLOCK,
  WakePipe,
  backlogOf,
  connect,
  listen,
  socketPair,
} from './index.ts';
import { libc } from './libc.ts';
import { blockThread } from './testing/blocked.ts';
import { canListDescriptors, openDescriptors } from './testing/descriptors.ts';

const HOST = '127.0.0.1';

const INTERFACES = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
  (list ?? []).map(({ address }) => ({ name, address })),
);
const hasIPv6 = process.platform === 'linux' && INTERFACES.some(({ address }) => address === '::1');
/** An address of this machine that is valid on one network only, with the zone. */
const LINK_LOCAL = INTERFACES.filter(({ address }) => address.startsWith('fe80:')).map(
  ({ name, address }) => `${address}%${name}`,
)[0];

/** Whether the kernel drops connections that should wait in TIME_WAIT, as it does after a load of many thousands. */
function isTimeWaitFull(): boolean {
  if (process.platform !== 'linux') return false;
  const waiting = / tw (\d+)/.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1];
  return Number(waiting) > 0.95 * Number(readFileSync('/proc/sys/net/ipv4/tcp_max_tw_buckets', 'utf8'));
}

describe('listen', () => {
  it('listen() takes a free port when given port 0', () => {
    using listener = listen({ host: HOST, port: 0 });
    const { host, port, family } = listener.localAddress();
    expect({ host, family }).toEqual({ host: HOST, family: 'IPv4' });
    expect(port).toBeGreaterThan(1023);
  });

  it('listen() throws EADDRINUSE with call, number and address when the port is taken', () => {
    using first = listen({ host: HOST, port: 0 });
    const { port } = first.localAddress();
    const attempt = (): unknown => listen({ host: HOST, port });
    expect(attempt).toThrow(SocketError);
    expect(attempt).toThrow(`bind ${HOST}:${port}: EADDRINUSE (address already in use)`);
    expect(attempt).toThrow(expect.objectContaining({ call: 'bind', code: 'EADDRINUSE' }));
  });

  it('listen() takes a port that has connections in TIME_WAIT, unless reuseAddress is false', ({ skip }) => {
    if (isTimeWaitFull())
      skip('the kernel keeps no more connections in TIME_WAIT: it has as many as it may, for a minute');
    const old = listen({ host: HOST, port: 0 });
    const { port } = old.localAddress();
    using client = connect({ host: HOST, port });
    const server = old.accept()!;
    // The end that closes first keeps the port in TIME_WAIT.
    server.close();
    expect(client.recv(new Uint8Array(1))).toBe(0);
    client.close();
    old.close();
    expect(() => listen({ host: HOST, port, reuseAddress: false })).toThrow('EADDRINUSE');
    using again = listen({ host: HOST, port });
    expect(again.localAddress().port).toBe(port);
  });

  it('listen() shares a port when both set reusePort', () => {
    using first = listen({ host: HOST, port: 0, reusePort: true });
    const { port } = first.localAddress();
    using second = listen({ host: HOST, port, reusePort: true });
    expect(second.localAddress().port).toBe(port);
  });

  it('sharePort() lets sockets with reusePort have the port from then on, and spreads connections over all', () => {
    using first = listen({ host: HOST, port: 0, nonBlocking: true });
    const { port } = first.localAddress();
    const join = (reusePort: boolean): ListeningSocket => listen({ host: HOST, port, reusePort, nonBlocking: true });
    expect(() => join(true)).toThrow('EADDRINUSE');
    first.sharePort();
    expect(() => join(false)).toThrow('EADDRINUSE');
    using second = join(true);
    // The kernel chooses by a hash of the client's port. That one gets none has a probability of 2^-59.
    const clients = Array.from({ length: 60 }, () => connect({ host: HOST, port }));
    const accepted = [first, second].map((listener) => {
      const sockets: Socket[] = [];
      for (let socket = listener.accept(); socket !== undefined; socket = listener.accept()) sockets.push(socket);
      return sockets;
    });
    expect(accepted.flat()).toHaveLength(clients.length);
    for (const sockets of accepted) expect(sockets).not.toHaveLength(0);
    for (const socket of [...clients, ...accepted.flat()]) socket.close();
  });

  it('listen() gives accepted connections its timeouts, and accept() uses the receive timeout too', () => {
    using listener = listen({ host: HOST, port: 0, receiveTimeoutMs: 1, sendTimeoutMs: 1 });
    expect(listener.accept()).toBeUndefined();
    using client = connect(listener.localAddress());
    using accepted = listener.accept()!;
    expect(accepted.recv(new Uint8Array(1))).toBe(WOULD_BLOCK);
    client.setReceiveBuffer(4096);
    const bytes = new Uint8Array(1024 * 1024);
    let sent = 0;
    while (sent !== WOULD_BLOCK) sent = accepted.send(bytes);
    expect(sent).toBe(WOULD_BLOCK);
  });

  it('listen() throws EADDRNOTAVAIL when the address is not of this machine', () => {
    // 203.0.113.0/24 is kept for documentation, RFC 5737.
    expect(() => listen({ host: '203.0.113.1', port: 0 })).toThrow('bind 203.0.113.1:0: EADDRNOTAVAIL');
  });

  it.each(['localhost', '', '1.2.3', '127.0.0.1 ', '127.0.0.1%lo', '::g'])(
    "listen() throws a TypeError when the host is '%s'",
    (host) => {
      expect(() => listen({ host, port: 0 })).toThrow(TypeError);
      expect(() => listen({ host, port: 0 })).toThrow(`got '${host}'`);
    },
  );

  it.skipIf(!hasIPv6)('listen() takes an address with a zone, which connect() takes too', () => {
    using listener = listen({ host: '::1%lo', port: 0 });
    const { host, port } = listener.localAddress();
    expect(host).toBe('::1'); // only link-local addresses keep their zone
    using client = connect({ host: '::1%1', port });
    using server = listener.accept()!;
    expect(server.peerAddress()).toEqual(client.localAddress());
  });

  it('listen() tells the zone of a link-local address', ({ skip }) => {
    if (LINK_LOCAL === undefined) skip('this machine has no link-local address');
    using listener = listen({ host: LINK_LOCAL!, port: 0 });
    const { host, port } = listener.localAddress();
    expect(host).toBe(LINK_LOCAL);
    using client = connect({ host, port });
    using server = listener.accept()!;
    expect([server.peerAddress().host, client.localAddress().host]).toEqual([host, host]);
  });

  it.skipIf(!hasIPv6)('listen() throws ENODEV when the zone is no network interface', () => {
    expect(() => listen({ host: 'fe80::1%no-such', port: 0 })).toThrow('if_nametoindex no-such: ENODEV');
  });

  it.each([-1, 65536, 1.5, NaN])('listen() throws a RangeError when the port is %s', (port) => {
    expect(() => listen({ host: HOST, port })).toThrow(RangeError);
  });

  it.each([-1, 1.5, 2 ** 31])('listen() throws a RangeError when the backlog is %s', (backlog) => {
    expect(() => listen({ host: HOST, port: 0, backlog })).toThrow(RangeError);
  });
});

describe('accept', () => {
  it('accept() returns undefined when a non-blocking socket has no connection waiting', () => {
    using listener = listen({ host: HOST, port: 0, nonBlocking: true });
    expect(listener.accept()).toBeUndefined();
    expect(listener.acceptDescriptor()).toBe(WOULD_BLOCK);
    using client = connect({ host: HOST, port: listener.localAddress().port });
    using server = listener.accept()!;
    expect(server.peerAddress()).toEqual(client.localAddress());
    expect(listener.accept()).toBeUndefined();
  });

  it.each(['ECONNABORTED', 'EPROTO', 'ENETUNREACH', 'EINTR'] as const)(
    'accept() takes the next connection when one before it ended in the queue with %s',
    (code) => {
      using listener = listen({ host: HOST, port: 0, nonBlocking: true });
      using client = connect({ host: HOST, port: listener.localAddress().port });
      // No peer can bring about all of them, so the system call is replaced, once.
      const accept = vi.spyOn(libc(), 'accept').mockReturnValueOnce(-1);
      const errno = vi.spyOn(libc(), 'errno').mockReturnValueOnce(constants.errno[code]);
      try {
        using server = listener.accept()!;
        expect(server.peerAddress()).toEqual(client.localAddress());
        expect(accept).toHaveBeenCalledTimes(2);
      } finally {
        accept.mockRestore();
        errno.mockRestore();
      }
    },
  );

  it.each([true, false])('accept() chooses the mode of the new socket when nonBlocking is %s', (nonBlocking) => {
    using listener = listen({ host: HOST, port: 0, nonBlocking: !nonBlocking });
    using client = connect({ host: HOST, port: listener.localAddress().port });
    using server = listener.accept({ nonBlocking })!;
    if (!nonBlocking) client.send(new Uint8Array([1]));
    expect(server.recv(new Uint8Array(1))).toBe(nonBlocking ? WOULD_BLOCK : 1);
  });

  it('accept() returns connections in order of arrival, with the bytes sent before', () => {
    using listener = listen({ host: HOST, port: 0 });
    const { port } = listener.localAddress();
    const clients = [1, 2, 3].map((byte) => {
      const client = connect({ host: HOST, port });
      client.send(new Uint8Array([byte]));
      return client;
    });
    for (const client of clients) {
      using server = listener.accept()!;
      const buffer = new Uint8Array(2);
      expect([server.recv(buffer), buffer[0]]).toEqual([1, clients.indexOf(client) + 1]);
      client.close();
    }
  });

  it('accept() meets a peer of another implementation when node:net connects', async () => {
    using listener = listen({ host: HOST, port: 0 });
    const client = createConnection({ host: HOST, port: listener.localAddress().port });
    await once(client, 'connect');
    using server = listener.accept()!;
    server.send(new TextEncoder().encode('hello'));
    const [greeting] = (await once(client, 'data')) as [Buffer];
    expect(greeting.toString()).toBe('hello');
    client.end('bye');
    await once(client, 'finish');
    const buffer = new Uint8Array(8);
    expect(server.recv(buffer)).toBe(3);
    expect(server.recv(buffer)).toBe(0);
    client.destroy();
  });

  it('shutdown() ends an accept() that blocks in another thread, with EINVAL', async () => {
    using listener = listen({ host: HOST, port: 0 });
    const blocked = await blockThread('ListeningSocket', listener.descriptor, 'owned.acceptDescriptor()');
    listener.shutdown();
    expect(await blocked.outcome).toBe('EINVAL');
  });

  it('adopt() listens on when another thread has released it', () => {
    const old = listen({ host: HOST, port: 0 });
    using listener = ListeningSocket.adopt(old.release());
    using client = connect({ host: HOST, port: listener.localAddress().port });
    using server = listener.accept()!;
    expect(server.peerAddress()).toEqual(client.localAddress());
  });

  it.skipIf(process.platform !== 'linux')('backlogOf() counts connections that are not accepted (Linux tells)', () => {
    const listener = listen({ host: HOST, port: 0, backlog: 5 });
    const { descriptor } = listener;
    const { port } = listener.localAddress();
    expect(backlogOf(descriptor)).toEqual({ length: 0, maximum: 5 });
    using client = connect({ host: HOST, port });
    using other = connect({ host: HOST, port });
    expect(backlogOf(descriptor)).toEqual({ length: 2, maximum: 5 });
    listener.accept()!.close();
    expect(backlogOf(descriptor)).toEqual({ length: 1, maximum: 5 });
    // Another thread may have closed it, and opened something else with its number.
    expect([backlogOf(client.descriptor), backlogOf(other.descriptor)]).toEqual([undefined, undefined]);
    listener.close();
    expect(backlogOf(descriptor)).toBeUndefined();
  });

  it('accept() throws EMFILE and keeps the connection in the queue when no descriptor is left', async () => {
    // A process of its own, since the limit is the process's.
    const program = `
      const { listen, connect } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const listener = listen({ host: '${HOST}', port: 0, nonBlocking: true });
      const { port } = listener.localAddress();
      const open = [];
      let code;
      try { for (;;) open.push(connect({ host: '${HOST}', port })); } catch (error) { code = error.call + ' ' + error.code; }
      let refused;
      try { listener.accept(); } catch (error) { refused = error.call + ' ' + error.code; }
      open.shift().close();
      const accepted = listener.accept() !== undefined;
      process.stdout.write(JSON.stringify([code, refused, accepted]));
    `;
    const shell = `ulimit -n 64 && exec "$0" --input-type=module --eval "$1"`;
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', shell, process.execPath, program]);
    expect(JSON.parse(stdout)).toEqual(['socket EMFILE', 'accept EMFILE', true]);
  });

  it('duplicate() shares the queue, which outlives the first descriptor', () => {
    const first = listen({ host: HOST, port: 0, nonBlocking: true });
    using second = first.duplicate();
    const { port } = first.localAddress();
    using client = connect({ host: HOST, port });
    first.close();
    using accepted = second.accept();
    expect(accepted?.peerPort).toBe(client.localAddress().port);
    using later = connect({ host: HOST, port });
    expect(second.accept()?.peerPort).toBe(later.localAddress().port);
  });

  it('setAccepted() changes what later connections inherit', () => {
    using listener = listen({ host: HOST, port: 0 });
    listener.setAccepted({ receiveTimeoutMs: 1 });
    using client = connect({ host: HOST, port: listener.localAddress().port });
    using accepted = listener.accept()!;
    expect(client.descriptor).toBeGreaterThan(0);
    expect(accepted.recv(new Uint8Array(1))).toBe(WOULD_BLOCK);
  });

  describe('inherit()', () => {
    it('takes a listening socket', () => {
      const opened = listen({ host: HOST, port: 0 });
      const { port } = opened.localAddress();
      using listener = ListeningSocket.inherit(opened.release());
      using client = connect({ host: HOST, port });
      expect(listener.accept()?.peerPort).toBe(client.localAddress().port);
    });

    it('throws a TypeError when the socket does not listen, or is of another protocol', () => {
      using listener = listen({ host: HOST, port: 0 });
      using client = connect({ host: HOST, port: listener.localAddress().port });
      expect(() => ListeningSocket.inherit(client.descriptor)).toThrow(
        `cannot listen on descriptor ${client.descriptor}: it must be a listening TCP socket, got one that does not listen`,
      );
      const [one, other] = socketPair();
      expect(() => ListeningSocket.inherit(one.descriptor)).toThrow('got a socket of another protocol');
      for (const end of [one, other]) end.close();
    });

    it('throws a SocketError when the descriptor is no socket, or not open', () => {
      using pipe = new WakePipe();
      expect(() => ListeningSocket.inherit(pipe.readDescriptor)).toThrow('ENOTSOCK');
      const { readDescriptor } = pipe;
      pipe.close();
      expect(() => ListeningSocket.inherit(readDescriptor)).toThrow('EBADF');
    });
  });

  // Only Linux shows a process its descriptors.
  it.runIf(canListDescriptors)('listen() leaves nothing open when it fails', () => {
    using first = listen({ host: HOST, port: 0 });
    const before = openDescriptors();
    expect(() => listen({ host: HOST, port: first.localAddress().port })).toThrow('EADDRINUSE');
    expect(() => listen({ host: '203.0.113.1', port: 0 })).toThrow('EADDRNOTAVAIL');
    expect(() => listen({ host: 'nowhere', port: 0 })).toThrow(TypeError);
    expect(openDescriptors()).toEqual(before);
  });
});
