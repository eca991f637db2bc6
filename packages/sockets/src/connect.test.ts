import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SocketError, WOULD_BLOCK, WRITE, connect, createSelector, listen, resolveHost } from './index.ts';
import { canListDescriptors, openDescriptors } from './testing/descriptors.ts';

const HOST = '127.0.0.1';

/**
 * Runs a test with a port without a listener at {@link HOST}, which no other program takes.
 *
 * On Linux, where all of 127.0.0.0/8 is this machine, it is bound at another address. Elsewhere it is the client's end of a
 * connection; but then the kernel may choose the same port for a client that connects to it, which so meets itself.
 */
function withDeadPort<T>(run: (port: number) => T): T {
  using listener = listen({ host: process.platform === 'linux' ? '127.0.0.2' : HOST, port: 0 });
  if (process.platform === 'linux') return run(listener.localAddress().port);
  using client = connect({ host: HOST, port: listener.localAddress().port });
  return run(client.localAddress().port);
}

describe('connect', () => {
  it('connect() throws ECONNREFUSED with call, number and address when there is no listener', () => {
    withDeadPort((port) => {
      const attempt = (): unknown => connect({ host: HOST, port });
      expect(attempt).toThrow(SocketError);
      expect(attempt).toThrow(`connect ${HOST}:${port}: ECONNREFUSED (connection refused)`);
      expect(attempt).toThrow(expect.objectContaining({ call: 'connect', code: 'ECONNREFUSED' }));
    });
  });

  it('connect() names an IPv6 address in brackets when it fails', () => {
    // No socket can listen at port 0. A machine without IPv6 fails earlier.
    expect(() => connect({ host: '::1', port: 0 })).toThrow(/^(connect \[::1\]:0|socket): E/);
  });

  it('connect() throws a TypeError when the host is a name, and a RangeError when the port is none', () => {
    expect(() => connect({ host: 'localhost', port: 1 })).toThrow('resolveHost() looks up names');
    expect(() => connect({ host: HOST, port: 65536 })).toThrow(RangeError);
  });

  it('connect() reaches each of two servers when it goes from one to the other', () => {
    using one = listen({ host: HOST, port: 0 });
    using other = listen({ host: HOST, port: 0 });
    const ports = [one, other, one].map((listener) => listener.localAddress().port);
    const reached = ports.map((port) => {
      using client = connect({ host: HOST, port });
      return client.peerAddress().port;
    });
    expect(reached).toEqual(ports);
  });

  it.skipIf(process.platform !== 'linux')('connect() comes from the local address it is told', () => {
    using listener = listen({ host: HOST, port: 0 });
    const { port } = listener.localAddress();
    for (const localHost of ['127.0.0.2', '127.9.8.7']) {
      using client = connect({ host: HOST, port, localHost });
      expect(client.localAddress().host).toBe(localHost);
      expect(client.localAddress().port).toBeGreaterThan(0);
    }
    // 192.0.2.0/24 is for documentation: no machine has such an address (RFC 5737).
    const attempt = (): unknown => connect({ host: HOST, port, localHost: '192.0.2.1' });
    expect(attempt).toThrow(/^bind 192\.0\.2\.1:0: EADDRNOTAVAIL/);
  });

  it('finishConnect() says yes once the socket is writable when a non-blocking connect succeeds', () => {
    using listener = listen({ host: HOST, port: 0 });
    using client = connect({ host: HOST, port: listener.localAddress().port, nonBlocking: true });
    using selector = createSelector('poll');
    selector.register(client.descriptor, WRITE);
    expect(selector.select(4000).count).toBe(1);
    expect(client.finishConnect()).toBe(true);
    expect(client.recv(new Uint8Array(1))).toBe(WOULD_BLOCK);
  });

  it.each(['select', 'poll'] as const)(
    'finishConnect() throws ECONNREFUSED once %s reports the socket when a non-blocking connect fails',
    (kind) => {
      withDeadPort((port) => {
        using client = connect({ host: HOST, port, nonBlocking: true });
        using selector = createSelector(kind);
        selector.register(client.descriptor, WRITE);
        expect(selector.select(4000).count).toBe(1);
        expect(() => client.finishConnect()).toThrow(
          expect.objectContaining({ call: 'connect', code: 'ECONNREFUSED' }),
        );
      });
    },
  );

  it('finishConnect() says no when the peer has not answered yet', () => {
    // A full queue of connections: the kernel drops the next handshake until there is room again, listen(2).
    using listener = listen({ host: HOST, port: 0, backlog: 0 });
    const { port } = listener.localAddress();
    const clients = Array.from({ length: 3 }, () => connect({ host: HOST, port, nonBlocking: true }));
    expect(clients.at(-1)!.finishConnect()).toBe(false);
    for (const client of clients) client.close();
  });

  it('connect() meets a peer of another implementation when node:net listens', async () => {
    const server = createServer((socket) => socket.pipe(socket));
    server.listen(0, HOST);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    using client = connect({ host: HOST, port });
    client.send(new TextEncoder().encode('echo'));
    client.shutdown('write');
    client.setNonBlocking(true);
    const buffer = new Uint8Array(16);
    let text = '';
    // The server runs in this thread: between two looks it gets a turn of the event loop.
    for (let received = client.recv(buffer); received !== 0; received = client.recv(buffer)) {
      if (received === WOULD_BLOCK) await setImmediate();
      else text += new TextDecoder().decode(buffer.subarray(0, received));
    }
    expect(text).toBe('echo');
    server.close();
    await once(server, 'close');
  });

  // Only Linux shows a process its descriptors.
  it.runIf(canListDescriptors)('connect() leaves nothing open when it fails', () => {
    withDeadPort((port) => {
      const before = openDescriptors();
      expect(() => connect({ host: HOST, port })).toThrow('ECONNREFUSED');
      expect(openDescriptors()).toEqual(before);
    });
  });
});

describe('resolveHost', () => {
  it('resolveHost() gives a loopback address when asked for localhost', async () => {
    expect(['127.0.0.1', '::1']).toContain(await resolveHost('localhost'));
  });

  it('resolveHost() throws a TypeError when the host is empty', async () => {
    await expect(resolveHost('')).rejects.toThrow(
      new TypeError("cannot look up a host: host must be a name or a numeric address, got ''"),
    );
  });

  it('resolveHost() gives a numeric address back as it is', async () => {
    expect(await resolveHost('192.0.2.1')).toBe('192.0.2.1');
    expect(await resolveHost('::1')).toBe('::1');
  });
});
