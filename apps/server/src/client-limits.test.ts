/** Limits of connections that no client may pass: those of one address, and refused clients that are waited for. */
import { NO_LEAK_CHECK, currentResources, eventually } from '@concurrent-primes/fixtures';
import type { Server } from '@concurrent-primes/server-core';
import { type Socket, connect } from '@concurrent-primes/sockets';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ARCHITECTURES,
  type NamedVariant,
  type PrimeServerOptions,
  argumentsOf,
  startServer,
  variantsOf,
} from './architectures.ts';

const HOST = '127.0.0.1';
const OTHER_HOST = '127.0.0.2';
/** The request [2, 2], whose answer is N = 1 and the prime 2. */
const REQUEST = Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 2);
const RECEIVE_TIMEOUT_MS = 60_000;
const BUSY = -1;
/** The most refused clients that a thread waits for. */
const MOST_REFUSED = 64;

const VARIANTS = variantsOf(ARCHITECTURES).map((variant) => [variant.name, variant] as const);

async function start(variant: NamedVariant, options: Partial<PrimeServerOptions>): Promise<Server> {
  const server = await startServer(argumentsOf(variant), { host: HOST, port: 0, table: 'none', ...options });
  onTestFinished(() => server.stop(0));
  return server;
}

function join(server: Server, localHost = HOST): Socket {
  const socket = connect({ host: HOST, port: server.port, localHost });
  socket.setReceiveTimeout(RECEIVE_TIMEOUT_MS);
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

/** Reads N. The server has threads of its own, so this one may block. */
function readCount(socket: Socket): number {
  const bytes = new Uint8Array(4);
  for (let have = 0; have < bytes.length;) {
    const count = socket.recv(bytes.subarray(have));
    if (count <= 0) throw new Error(`cannot read N: it must come before the end, got ${count}`);
    have += count;
  }
  return new DataView(bytes.buffer).getInt32(0);
}

/** Joins and asks; returns N. */
function ask(server: Server, localHost?: string): { readonly socket: Socket; readonly count: number } {
  const socket = join(server, localHost);
  socket.send(REQUEST);
  return { socket, count: readCount(socket) };
}

describe.skipIf(process.platform !== 'linux')(
  'maxClientsPerAddress (all of 127.0.0.0/8 is this machine on Linux)',
  () => {
    it.for(VARIANTS)('%s refuses clients of an address that has too many, and no others', async ([, variant]) => {
      const server = await start(variant, { maxClientsPerAddress: 2 });
      const first = ask(server);
      expect([first.count, ask(server).count]).toEqual([1, 1]);
      expect([ask(server).count, ask(server).count]).toEqual([BUSY, BUSY]);
      expect([ask(server, OTHER_HOST).count, ask(server, OTHER_HOST).count]).toEqual([1, 1]);
      expect(ask(server, OTHER_HOST).count).toBe(BUSY);
      first.socket.close();
      await eventually(() => {
        expect(ask(server).count).toBe(1);
      });
      expect(ask(server).count).toBe(BUSY);
    });

    it.for(VARIANTS)('%s forgets clients that have reset their connections', async ([, variant]) => {
      const server = await start(variant, { maxClientsPerAddress: 1 });
      for (let client = 1; client <= 20; client += 1) {
        const socket = join(server);
        socket.setLinger(0);
        socket.close();
      }
      await eventually(() => {
        expect(ask(server).count).toBe(1);
      });
    });
  },
);

describe.skipIf(NO_LEAK_CHECK !== undefined)('refused clients', () => {
  it.for(VARIANTS)('%s waits for few of many refused clients, and tells all of them', async ([, variant]) => {
    const clients = 300;
    const server = await start(variant, { maxClients: 1, timeoutsMs: { farewell: RECEIVE_TIMEOUT_MS } });
    expect(ask(server).count).toBe(1);
    const before = currentResources().descriptors;
    const refused = Array.from({ length: clients }, () => join(server));
    for (const socket of refused) expect(readCount(socket)).toBe(BUSY);
    const threads = variant.threads?.default ?? 1;
    await eventually(() => {
      expect(currentResources().descriptors).toBeLessThanOrEqual(before + clients + threads * MOST_REFUSED);
    });
    // Those that are not waited for can read the end.
    const ended = refused.filter((socket) => {
      socket.setNonBlocking(true);
      return socket.recv(new Uint8Array(1)) === 0;
    });
    expect(ended.length).toBeGreaterThanOrEqual(clients - threads * MOST_REFUSED);
  });
});
