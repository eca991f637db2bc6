import {
  ECHO_OUTCOMES,
  echoSessions,
  Peer,
  currentResources,
  eventually,
  expectNoLeak,
  NO_LEAK_CHECK,
  startRuntimeThreads,
  within,
} from '@concurrent-primes/fixtures';
import type { ClientReport, Server } from '@concurrent-primes/server-core';
import { SocketError, listen } from '@concurrent-primes/sockets';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_QUANTUM_BYTES, type SelectServerOptions, startSelectServer } from './index.ts';
import { SELECTOR_KINDS } from '@concurrent-primes/sockets';

// The real listen(), as a spy.
vi.mock(import('@concurrent-primes/sockets'), async (load) => {
  const sockets = await load();
  return { ...sockets, listen: vi.fn(sockets.listen) };
});

const DEADLINE_MS = 60_000;
const MESSAGE = Uint8Array.of(1, 2, 3, 4);

/** A server of a conversation without primes. */
function startEcho(options: Partial<SelectServerOptions> = {}): Promise<Server> {
  const sessions = echoSessions();
  return startSelectServer({ host: '127.0.0.1', port: 0, sessions, ...options });
}

async function stop(server: Server, drainTimeoutMs?: number): Promise<void> {
  await within(server.stop(drainTimeoutMs), DEADLINE_MS, 'the server to stop');
}

describe.for(SELECTOR_KINDS)('with %s', (selector) => {
  it('startSelectServer() serves any conversation, and reports it', async () => {
    const reports: ClientReport[] = [];
    const server = await startEcho({
      selector,
      reportedOutcomes: ['served'],
      onReport: (report) => reports.push(report),
    });
    await using peer = await Peer.connect(server.port);
    await peer.send(MESSAGE, { pieces: [1, 2] });
    expect([...(await peer.readBytes(4))]).toEqual([...MESSAGE]);
    expect(await peer.readEnd()).toEqual({ how: 'end', discarded: 0 });
    await eventually(() => {
      expect(reports).toMatchObject([{ session: { outcome: 'served', bytesSent: 4 }, thread: 'loop' }]);
    });
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 1, 'connections-closed': 1, served: 1 });
  });

  it('startSelectServer() reports the address of a client that has reset its connection', async () => {
    const clients: string[] = [];
    const server = await startEcho({
      selector,
      reportedOutcomes: ECHO_OUTCOMES,
      onReport: ({ client }) => clients.push(client),
    });
    await using peer = await Peer.connect(server.port);
    await peer.send(MESSAGE.subarray(0, 1));
    // The address can be read only after the connection was accepted.
    await eventually(() => {
      expect(server.tally()).toMatchObject({ connections: 1 });
    });
    await peer.reset();
    await eventually(() => {
      expect(clients).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
    });
    await stop(server);
  });

  it('stop() wakes a loop that blocks without a time limit, and its port refuses then', async () => {
    const server = await startEcho({ selector });
    await stop(server, 60_000);
    await expect(Peer.connect(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('startSelectServer() serves many clients at once in its one thread', async () => {
    const server = await startEcho({ selector });
    const peers = await Promise.all(Array.from({ length: 60 }, () => Peer.connect(server.port)));
    const echoes = peers.map(async (peer, index) => {
      const message = Uint8Array.of(index, 0, 0, index);
      await peer.send(message);
      expect([...(await peer.readBytes(4))]).toEqual([...message]);
      await peer.close();
    });
    await Promise.all(echoes);
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 60, served: 60 });
  });
});

describe('stop', () => {
  it('stop() finishes the exchanges in progress, and refuses the other clients', async () => {
    const server = await startEcho();
    await using asking = await Peer.connect(server.port);
    await using idle = await Peer.connect(server.port);
    await asking.send(MESSAGE.subarray(0, 3));
    await eventually(() => {
      expect(server.tally()['connections']).toBe(2);
    });
    const stopped = stop(server, 60_000);
    expect(await idle.readCount()).toBe(-3);
    await idle.close();
    await asking.send(MESSAGE.subarray(3));
    expect([...(await asking.readBytes(4))]).toEqual([...MESSAGE]);
    await stopped;
    expect(server.tally()).toMatchObject({ served: 1, 'refused-shutdown': 1 });
  });

  it('stop() closes clients that have not finished after the drain timeout', async () => {
    const server = await startEcho();
    await using stalled = await Peer.connect(server.port);
    await stalled.send(MESSAGE.subarray(0, 1));
    await eventually(() => {
      expect(server.tally()['connections']).toBe(1);
    });
    await stop(server, 1);
    expect(await stalled.readCount()).toBe(-3);
    expect(server.tally()['connections-closed']).toBe(1);
  });
});

describe('startSelectServer', () => {
  it.for([3, 4.5, NaN, Infinity])(
    'startSelectServer() throws a RangeError when the quantum is %d',
    async (quantumBytes) => {
      await expect(startEcho({ quantumBytes })).rejects.toThrow(
        new RangeError(`cannot start a server: quantumBytes must be an integer from 4, got ${quantumBytes}`),
      );
    },
  );

  it('startSelectServer() throws a RangeError when quantumAloneBytes is less than the quantum', async () => {
    await expect(startEcho({ quantumBytes: 8, quantumAloneBytes: 7 })).rejects.toThrow(
      new RangeError('cannot start a server: quantumAloneBytes must be an integer from 8, got 7'),
    );
  });

  it.for([
    [{ maxClients: 0 }, 'cannot start a server: maxClients must be an integer from 1, got 0'],
    [
      { timeoutsMs: { idle: 0 } },
      'cannot limit the phase idle: needs more than 0 and at most 1000000000 milliseconds, got 0',
    ],
  ] as const)('startSelectServer() throws a RangeError when it is given %j', async ([options, message]) => {
    await expect(startEcho(options)).rejects.toThrow(new RangeError(message));
  });

  it('startSelectServer() throws a SocketError when the port is in use', async () => {
    const server = await startEcho();
    const second = startEcho({ port: server.port });
    await expect(second).rejects.toThrow(expect.objectContaining({ constructor: SocketError, code: 'EADDRINUSE' }));
    await stop(server);
  });

  it('startSelectServer() leaks nothing when its thread fails at the start', async (test) => {
    if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
    await stop(await startEcho()); // what the first start loads stays
    await startRuntimeThreads();
    const before = currentResources();
    const sessions = { ...echoSessions(), module: 'data:text/javascript,export default 1' };
    await expect(startEcho({ sessions })).rejects.toThrow('must export createSessions()');
    await expectNoLeak(before);
  });

  it('DEFAULT_QUANTUM_BYTES is a quantum of whole integers', () => {
    expect(DEFAULT_QUANTUM_BYTES % 4).toBe(0);
  });
});

describe('several loops', () => {
  it('startSelectServer() divides the clients among its loops', async () => {
    const threads = new Set<string>();
    const server = await startEcho({
      loops: 2,
      reportedOutcomes: ['served'],
      onReport: ({ thread }) => threads.add(thread),
    });
    // The kernel chooses by a hash of the client's port; the probability that a loop gets no client is 2^-59.
    const peers = await Promise.all(Array.from({ length: 60 }, () => Peer.connect(server.port)));
    for (const peer of peers) {
      await peer.send(MESSAGE);
      expect([...(await peer.readBytes(4))]).toEqual([...MESSAGE]);
      await peer.close();
    }
    await stop(server);
    expect([...threads].sort()).toEqual(['loop-1', 'loop-2']);
    expect(server.tally()).toMatchObject({ connections: 60, 'connections-closed': 60, served: 60 });
  });

  it('startSelectServer() counts the clients of all loops against maxClients', async () => {
    const server = await startEcho({ loops: 3, maxClients: 5 });
    const peers = await Promise.all(Array.from({ length: 12 }, () => Peer.connect(server.port)));
    await eventually(() => {
      expect(server.tally()).toMatchObject({ connections: 12, 'refused-busy': 7 });
    });
    for (const peer of peers) await peer.close();
    await stop(server);
  });

  it('startSelectServer() does not share its port with another server', async () => {
    const server = await startEcho({ loops: 2 });
    for (const loops of [1, 2]) {
      await expect(startEcho({ port: server.port, loops })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    }
    await stop(server);
  });

  it('startSelectServer() keeps its port while it opens further sockets', async () => {
    vi.mocked(listen).mockClear();
    const server = await startEcho({ loops: 2 });
    expect(vi.mocked(listen).mock.calls.map(([{ port, reusePort }]) => ({ port, reusePort }))).toEqual([
      { port: 0, reusePort: false },
      { port: server.port, reusePort: true },
    ]);
    await stop(server);
  });

  it.for([0, 1.5, 65])('startSelectServer() throws a RangeError when there are %d loops', async (loops) => {
    await expect(startEcho({ loops })).rejects.toThrow(
      new RangeError(`cannot start a server: loops must be an integer from 1 to 64, got ${loops}`),
    );
  });
});
