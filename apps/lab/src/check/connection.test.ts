import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ConnectFailure, Connection } from './connection.ts';

const TIMEOUT_MS = 5000;
const SHORT_MS = 30;

async function withServer(
  serve: (socket: Socket) => void,
  use: (connection: Connection, interrupt: AbortController) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const interrupt = new AbortController();
  const { port } = server.address() as AddressInfo;
  const options = { host: '127.0.0.1', port, timeoutMs: TIMEOUT_MS, signal: interrupt.signal };
  const connection = await Connection.open(options);
  try {
    await use(connection, interrupt);
  } finally {
    connection.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

function events(connection: Connection): string[] {
  return connection.transcript.lines().map(({ from, hex, meaning }) => [from, hex, meaning].join('|'));
}

describe('Connection', () => {
  it('receives exactly as much as is asked for, and leaves the rest', () =>
    withServer(
      (socket) => socket.write('abcdef'),
      async (connection) => {
        expect(await connection.receive(4)).toEqual({ bytes: Buffer.from('abcd'), stop: 'enough' });
        expect(await connection.receive(2)).toEqual({ bytes: Buffer.from('ef'), stop: 'enough' });
        expect(await connection.receive(0)).toEqual({ bytes: Buffer.alloc(0), stop: 'enough' });
      },
    ));

  it('gives what came before an end, a reset or silence', async () => {
    await withServer(
      (socket) => socket.end('abc'),
      async (connection) => {
        expect(await connection.receive(4)).toEqual({ bytes: Buffer.from('abc'), stop: 'end' });
        expect(events(connection).at(-1)).toBe('server||ends its sending (FIN)');
      },
    );
    await withServer(
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      async (connection) => {
        await connection.send(Buffer.from('a'), 'a letter');
        expect(await connection.receive(4)).toEqual({ bytes: Buffer.alloc(0), stop: 'reset' });
        expect(events(connection).at(-1)).toBe('server||resets the connection (RST)');
      },
    );
    await withServer(
      (socket) => socket.write('ab'),
      async (connection) => {
        expect(await connection.receive(4, SHORT_MS)).toEqual({ bytes: Buffer.from('ab'), stop: 'silent' });
        expect(events(connection).at(-1)).toBe('server||nothing for 0.03 s');
      },
    );
  });

  it('sends pieces one by one, each in a segment of its own', async () => {
    const chunks: string[] = [];
    await withServer(
      (socket) => {
        socket.on('data', (chunk: Buffer) => {
          chunks.push(chunk.toString('latin1'));
          // Each piece is answered before the next is sent, so none can be held back.
          socket.write(chunk);
        });
      },
      async (connection) => {
        await connection.send(Buffer.from('abcdefgh'), 'letters', { pieces: [1, 3], gapMs: 100 });
        await connection.receive(8);
        expect(chunks).toEqual(['a', 'bcd', 'efgh']);
        expect(events(connection).slice(1, 4)).toEqual([
          'client|61|byte 1 of 8: letters',
          'client|62 63 64|bytes 2 to 4 of 8: letters',
          'client|65 66 67 68|bytes 5 to 8 of 8: letters',
        ]);
      },
    );
  });

  it('still receives when it has ended its sending', () =>
    withServer(
      (socket) => {
        socket.on('data', () => undefined);
        socket.on('end', () => socket.end('bye'));
      },
      async (connection) => {
        connection.end();
        expect(await connection.receive(10)).toEqual({ bytes: Buffer.from('bye'), stop: 'end' });
      },
    ));

  it('ends every wait when it is interrupted, with the reason', () =>
    withServer(
      () => undefined,
      async (connection, interrupt) => {
        const reason = new Error('interrupted');
        const waits = [connection.receive(1), connection.pause(TIMEOUT_MS)];
        interrupt.abort(reason);
        for (const wait of waits) await expect(wait).rejects.toBe(reason);
      },
    ));

  it('says when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { signal } = new AbortController();
    const open = Connection.open({ host: '127.0.0.1', port, timeoutMs: TIMEOUT_MS, signal });
    await expect(open).rejects.toThrow(ConnectFailure);
    await expect(open).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
