import {
  echoSessions,
  Peer,
  currentResources,
  eventually,
  expectNoLeak,
  NO_LEAK_CHECK,
  startRuntimeThreads,
  throughout,
  within,
} from '@concurrent-primes/fixtures';
import type { ClientReport, Server } from '@concurrent-primes/server-core';
import { SocketError } from '@concurrent-primes/sockets';
import { countWaiting, fold, initialState } from '@concurrent-primes/trace';
import { describe, expect, it } from 'vitest';
import { type PoolServerOptions, startPoolServer } from './index.ts';
import { type ScriptedEchoOptions, scriptedEchoSessions } from './testing/scripted-echo.ts';

const DEADLINE_MS = 60_000;
const MESSAGE = Uint8Array.of(1, 2, 3, 4);

/** A server of a conversation without primes. */
function startEcho(options: Partial<PoolServerOptions> = {}): Promise<Server> {
  return startPoolServer({ host: '127.0.0.1', port: 0, threads: 2, sessions: echoSessions(), ...options });
}

/** A server whose echo the test controls. */
function startScripted(options: ScriptedEchoOptions, pool: Partial<PoolServerOptions> = {}): Promise<Server> {
  const started = startEcho({ sessions: scriptedEchoSessions(options), ...pool });
  return within(started, DEADLINE_MS, 'the start to settle');
}

async function stop(server: Server, drainTimeoutMs?: number): Promise<void> {
  await within(server.stop(drainTimeoutMs), DEADLINE_MS, 'the server to stop');
}

async function echo(peer: Peer): Promise<void> {
  await peer.send(MESSAGE);
  expect([...(await peer.readBytes(4))]).toEqual([...MESSAGE]);
}

/** Waits until this many connections have a thread. */
async function inService(server: Server, count: number): Promise<void> {
  await eventually(() => {
    const tally = server.tally();
    expect(tally['connections']! - tally['connections-closed']!).toBe(count);
  });
}

/**
 * Connects clients one by one, and waits until this many of them are accepted: each takes a descriptor. Then it checks
 * for a while that no more follow, so that the accept thread is blocked.
 */
async function connectUntilAccepted(server: Server, clients: number, accepted: number): Promise<Peer[]> {
  const before = currentResources().descriptors;
  const peers: Peer[] = [];
  for (let client = 0; client < clients; client += 1) peers.push(await Peer.connect(server.port));
  const check = (): void => {
    expect(currentResources().descriptors).toBe(before + clients + accepted);
  };
  await eventually(check);
  await throughout(check, 30);
  return peers;
}

/** One client is served, one is in the queue, the accept thread blocks with the third, the others are not accepted. */
function crowd(server: Server): Promise<Peer[]> {
  return connectUntilAccepted(server, 6, 3);
}

describe('serving', () => {
  it('startPoolServer() serves any conversation, with a thread for each client', async () => {
    const reports: ClientReport[] = [];
    const server = await startEcho({ reportedOutcomes: ['served'], onReport: (report) => reports.push(report) });
    await using first = await Peer.connect(server.port);
    await using second = await Peer.connect(server.port);
    await inService(server, 2);
    await Promise.all([echo(first), echo(second)]);
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 2, 'connections-closed': 2, served: 2 });
    expect(reports.map(({ thread }) => thread).sort()).toEqual(['pool-1', 'pool-2']);
  });

  it('startPoolServer() lets clients wait when there are more than the threads and the queue can take', async () => {
    const server = await startEcho({ threads: 2, queueCapacity: 1 });
    const peers = await Promise.all(Array.from({ length: 8 }, () => Peer.connect(server.port)));
    await inService(server, 2);
    // All send a request; waiting clients are answered when earlier ones have left.
    await Promise.all(peers.map((peer) => echo(peer)));
    await Promise.all(peers.map((peer) => peer.close()));
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 8, served: 8 });
  });

  it('startPoolServer() serves the next client in the same thread when one has reset its connection', async () => {
    const server = await startEcho({ threads: 1 });
    const dying = await Peer.connect(server.port);
    await dying.send(MESSAGE.subarray(0, 2));
    await inService(server, 1);
    await using next = await Peer.connect(server.port);
    await dying.reset();
    await echo(next);
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 2, served: 1, 'truncated-request': 1 });
  });

  it('startPoolServer() reports the time in the queue when a client waits for the one thread', async (test) => {
    if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
    const reports: ClientReport[] = [];
    const server = await startEcho({
      threads: 1,
      reportedOutcomes: ['served'],
      onReport: (report) => reports.push(report),
    });
    const [served, queued] = (await connectUntilAccepted(server, 2, 2)) as [Peer, Peer];
    await Promise.all([echo(served), echo(queued)]);
    await Promise.all([served.close(), queued.close()]);
    await stop(server);
    expect(reports.map(({ queuedMs }) => queuedMs > 0)).toEqual([expect.any(Boolean), true]);
  });

  it('startPoolServer() tells viewers the length of the backlog (Linux tells)', async (test) => {
    if (process.platform !== 'linux') test.skip('only Linux tells how long the backlog is');
    const server = await startEcho({ threads: 1, queueCapacity: 1, backlog: 9 });
    const peers = await crowd(server);
    const state = initialState(server.trace!.header.server);
    for (const batch of server.trace!.read()) fold(state, batch);
    expect(state.backlog).toEqual({ length: 3, maximum: 9 });
    expect(countWaiting(state)).toMatchObject({ waiting: 5, present: 6 });
    await Promise.all(peers.map((peer) => peer.close()));
    await stop(server);
  });

  it('startPoolServer() refuses clients beyond the limit as busy, counting clients in the queue', async () => {
    const server = await startEcho({ threads: 1, maxClients: 2 });
    await using served = await Peer.connect(server.port);
    await using queued = await Peer.connect(server.port);
    await inService(server, 1);
    await using refused = await Peer.connect(server.port);
    expect(await refused.readCount()).toBe(-1);
    expect((await refused.readEnd()).how).toBe('end');
    await echo(served);
    await echo(queued);
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 3, served: 2, 'refused-busy': 1 });
  });
});

describe('stop', () => {
  it('stop() wakes threads that block in accept and in the queue, and its port refuses then', async () => {
    const server = await startEcho({ threads: 3 });
    await stop(server, 60_000);
    await expect(Peer.connect(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('stop() finishes the exchanges in progress, and refuses idle and waiting clients', async (test) => {
    if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
    const received = new SharedArrayBuffer(4);
    const server = await startScripted({ received }, { threads: 2 });
    const [asking, idle, waiting] = (await connectUntilAccepted(server, 3, 3)) as [Peer, Peer, Peer];
    await asking.send(MESSAGE.subarray(0, 3));
    await eventually(() => {
      expect(Atomics.load(new Int32Array(received), 0)).toBe(3);
    });
    const stopped = stop(server, 60_000);
    expect(await idle.readCount()).toBe(-3);
    await idle.close();
    expect(await waiting.readCount()).toBe(-3);
    await waiting.close();
    await asking.send(MESSAGE.subarray(3));
    expect([...(await asking.readBytes(4))]).toEqual([...MESSAGE]);
    await asking.close();
    await stopped;
    expect(server.tally()).toMatchObject({ connections: 3, served: 1, 'refused-shutdown': 2 });
  });

  it('stop() refuses clients in the queue and in the backlog when the accept thread blocks at a full queue', async (test) => {
    if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
    const server = await startEcho({ threads: 1, queueCapacity: 1 });
    const peers = await crowd(server);
    await peers[0]!.send(MESSAGE.subarray(0, 1));
    await stop(server, 1);
    for (const peer of peers) {
      expect(await peer.readCount()).toBe(-3);
      await peer.close();
    }
    expect(server.tally()).toMatchObject({ connections: 6, 'connections-closed': 6, 'refused-shutdown': 6 });
  });

  it('stop() waits for the farewells of silent clients in the queue together', async (test) => {
    if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
    // One after the other they would take longer than the test waits for the stop.
    const clients = 40;
    const farewell = (2 * DEADLINE_MS) / clients;
    const server = await startEcho({ threads: 1, timeoutsMs: { farewell } });
    const peers = await connectUntilAccepted(server, clients, clients);
    await stop(server, 2 * DEADLINE_MS);
    for (const peer of peers) {
      expect(await peer.readCount()).toBe(-3);
      expect((await peer.readEnd()).how).toBe('end');
    }
    expect(server.tally()).toMatchObject({ connections: clients, 'refused-shutdown': clients });
    await Promise.all(peers.map((peer) => peer.close()));
  });

  it('stop() keeps the sockets of refused clients until they leave, so that late requests reset none', async (test) => {
    if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
    const server = await startEcho({ threads: 1, queueCapacity: 1, timeoutsMs: { farewell: DEADLINE_MS } });
    const peers = await crowd(server);
    const stopped = stop(server, DEADLINE_MS);
    // The first one has a thread, the others are in the queue and in the backlog.
    for (const peer of peers) expect(await peer.readCount()).toBe(-3);
    await peers[0]!.close();
    // To a closed socket the second one would fail.
    for (const peer of peers.slice(1)) {
      await peer.send(MESSAGE);
      await peer.send(MESSAGE);
      expect((await peer.readEnd()).how).toBe('end');
      await peer.close();
    }
    await stopped;
    expect(server.tally()).toMatchObject({ connections: 6, 'connections-closed': 6, 'refused-shutdown': 6 });
  });

  it('stop() cuts a thread that blocks inside a request after the drain timeout', async () => {
    const server = await startEcho();
    await using stalled = await Peer.connect(server.port);
    await stalled.send(MESSAGE.subarray(0, 1));
    await inService(server, 1);
    await stop(server, 1);
    expect(await stalled.readCount()).toBe(-3);
    expect((await stalled.readEnd()).how).toBe('end');
  });
});

describe('failing', () => {
  it.for(['accept', 'pool-1', 'pool-2'])(
    'startPoolServer() rejects when only thread %s fails at its start',
    async (name) => {
      await expect(startScripted({ failsIn: name })).rejects.toThrow(`failed in ${name}`);
    },
  );

  it.for(['accept', 'pool-1', 'pool-2'])(
    'startPoolServer() rejects when only thread %s ends without an error at its start',
    async (name) => {
      await expect(startScripted({ diesIn: name })).rejects.toThrow(
        `thread ${name} must run until it is told to stop, got exit code 0`,
      );
    },
  );

  it.for<ScriptedEchoOptions>([{ failsIn: 'accept' }, { diesIn: 'accept' }])(
    'startPoolServer() leaks nothing when its threads fail at the start: %o',
    async (options, test) => {
      if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
      await stop(await startEcho()); // the first start loads libraries
      await startRuntimeThreads();
      const before = currentResources();
      await expect(startScripted(options)).rejects.toThrow('accept');
      await expectNoLeak(before);
    },
  );

  it('a session that throws ends its client alone, and is told once', async () => {
    const notices: string[] = [];
    const server = await startScripted(
      { failsAtWork: true },
      { threads: 1, queueCapacity: 1, onNotice: (text) => notices.push(text) },
    );
    for (let count = 0; count < 3; count += 1) {
      await using peer = await Peer.connect(server.port);
      await peer.send(MESSAGE);
      expect((await peer.readEnd()).discarded).toBe(0);
    }
    await eventually(() => {
      expect(server.tally()).toMatchObject({ connections: 3, 'connections-closed': 3, 'session-failures': 3 });
      expect(notices).toEqual([expect.stringMatching(/^a session has failed, .*: Error: failed at work\n +at /)]);
    });
    await stop(server);
  });

  it('closed rejects when all pool threads end while the accept thread blocks at a full queue', async (test) => {
    if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
    const before = currentResources().descriptors;
    const server = await startScripted({ diesAtWork: true }, { threads: 1, queueCapacity: 1 });
    const peers = await crowd(server);
    await peers[0]!.send(MESSAGE);
    await expect(within(server.closed, DEADLINE_MS, 'the server to close')).rejects.toThrow('thread pool-1 must run');
    // Only the client of the thread that ended without cleaning up is still open.
    expect(currentResources().descriptors).toBe(before + peers.length + 1);
    await Promise.all(peers.map((peer) => peer.close()));
  });
});

describe('startPoolServer', () => {
  it.for([0, -1, 1.5, 1025, NaN])('startPoolServer() throws a RangeError when threads is %d', async (threads) => {
    await expect(startEcho({ threads })).rejects.toThrow(
      new RangeError(`cannot start a server: threads must be an integer from 1 to 1024, got ${threads}`),
    );
  });

  it('startPoolServer() throws a RangeError when queueCapacity is 0', async () => {
    await expect(startEcho({ queueCapacity: 0 })).rejects.toThrow(
      new RangeError('cannot start a server: queueCapacity must be an integer from 1 to 65536, got 0'),
    );
  });

  it('startPoolServer() throws a SocketError when the port is in use', async () => {
    const server = await startEcho({ threads: 1 });
    const second = startEcho({ port: server.port });
    await expect(second).rejects.toThrow(expect.objectContaining({ constructor: SocketError, code: 'EADDRINUSE' }));
    await stop(server);
  });
});
