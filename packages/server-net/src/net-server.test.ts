import {
  NO_LEAK_CHECK,
  Peer,
  currentResources,
  echoSessions,
  eventually,
  expectNoLeak,
  startRuntimeThreads,
  within,
} from '@concurrent-primes/fixtures';
import type { ClientReport, Server } from '@concurrent-primes/server-core';
import { SocketError } from '@concurrent-primes/sockets';
import { describe, expect, it } from 'vitest';
import { type NetServerOptions, startNetServer } from './index.ts';

const DEADLINE_MS = 60_000;
const MESSAGE = Uint8Array.of(1, 2, 3, 4);

/** A server of a conversation without primes. */
function startEcho(options: Partial<NetServerOptions> = {}): Promise<Server> {
  return startNetServer({ host: '127.0.0.1', port: 0, sessions: echoSessions(), ...options });
}

async function stop(server: Server, drainTimeoutMs?: number): Promise<void> {
  await within(server.stop(drainTimeoutMs), DEADLINE_MS, 'the server to stop');
}

async function readEcho(peer: Peer): Promise<void> {
  expect([...(await peer.readBytes(4))]).toEqual([...MESSAGE]);
}

/** Waits until the server has accepted this many connections. */
async function accepted(server: Server, count: number): Promise<void> {
  await eventually(() => {
    expect(server.tally()).toMatchObject({ connections: count });
  });
}

describe('startNetServer', () => {
  it('startNetServer() serves any conversation, and reports it', async () => {
    const reports: ClientReport[] = [];
    const server = await startEcho({ reportedOutcomes: ['served'], onReport: (report) => reports.push(report) });
    await using peer = await Peer.connect(server.port);
    await peer.send(MESSAGE, { pieces: [1, 2] });
    await readEcho(peer);
    expect(await peer.readEnd()).toEqual({ how: 'end', discarded: 0 });
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 1, 'connections-closed': 1, served: 1 });
    expect(reports).toMatchObject([{ session: { outcome: 'served', bytesSent: 4 }, thread: 'net', queuedMs: 0 }]);
  });

  it('startNetServer() serves many clients at once, in several slices of computing', async () => {
    const server = await startEcho({ sessions: echoSessions({ workSlices: 5 }) });
    const peers = await Promise.all(Array.from({ length: 50 }, () => Peer.connect(server.port)));
    await Promise.all(peers.map((peer) => peer.send(MESSAGE)));
    await Promise.all(peers.map(readEcho));
    await Promise.all(peers.map((peer) => peer.close()));
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 50, 'connections-closed': 50, served: 50 });
  });

  it('startNetServer() refuses clients beyond the limit as busy, and accepts the next one when another has left', async () => {
    const server = await startEcho({ maxClients: 1 });
    await using first = await Peer.connect(server.port);
    await accepted(server, 1);
    await using refused = await Peer.connect(server.port);
    expect(await refused.readCount()).toBe(-1);
    await refused.close();
    await first.send(MESSAGE);
    await readEcho(first);
    await first.close();
    await eventually(() => {
      expect(server.tally()).toMatchObject({ 'connections-closed': 2 });
    });
    await using next = await Peer.connect(server.port);
    await next.send(MESSAGE);
    await readEcho(next);
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 3, served: 2, 'refused-busy': 1 });
  });

  it('startNetServer() closes idle clients and refuses incomplete requests when their limits have passed', async () => {
    const server = await startEcho({ timeoutsMs: { idle: 30, request: 30 } });
    await using idle = await Peer.connect(server.port);
    await using slow = await Peer.connect(server.port);
    await slow.send(MESSAGE.subarray(0, 2));
    expect(await slow.readCount()).toBe(-2);
    expect((await idle.readEnd()).how).toBe('end');
    await slow.close();
    await stop(server);
    expect(server.tally()).toMatchObject({ connections: 2, 'too-slow': 1, 'refused-too-slow': 1 });
  });

  it('startNetServer() reports a client that has reset its connection', async () => {
    const server = await startEcho();
    const peer = await Peer.connect(server.port);
    await peer.send(MESSAGE.subarray(0, 2));
    await accepted(server, 1);
    await peer.reset();
    await eventually(() => {
      expect(server.tally()).toMatchObject({ 'connections-closed': 1 });
    });
    await stop(server);
    const { probe, 'truncated-request': truncated } = server.tally();
    expect(probe! + truncated!).toBe(1); // the reset may discard the bytes
  });

  it('startNetServer() throws a TypeError when an option is unknown', async () => {
    await expect(startEcho({ quantumBytes: 4 } as Partial<NetServerOptions>)).rejects.toThrow('got quantumBytes');
  });

  it('startNetServer() throws a SocketError when the port is in use', async () => {
    const server = await startEcho();
    await expect(startEcho({ port: server.port })).rejects.toThrow(SocketError);
    await stop(server);
  });
});

describe('stop', () => {
  it('stop() refuses idle clients and finishes exchanges in progress, and its port refuses then', async () => {
    const server = await startEcho();
    await using idle = await Peer.connect(server.port);
    await using half = await Peer.connect(server.port);
    await half.send(MESSAGE.subarray(0, 2));
    // The event loop reads the bytes above before it serves this later client.
    await using later = await Peer.connect(server.port);
    await later.send(MESSAGE);
    await readEcho(later);
    const stopped = stop(server, 60_000);
    expect(await idle.readCount()).toBe(-3);
    await idle.close();
    await half.send(MESSAGE.subarray(2));
    await readEcho(half);
    await half.close();
    await later.close();
    await stopped;
    expect(server.tally()).toMatchObject({ connections: 3, 'connections-closed': 3, served: 2, 'refused-shutdown': 1 });
    await expect(Peer.connect(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('stop() closes clients that have not finished after the drain timeout', async () => {
    const server = await startEcho();
    await using peer = await Peer.connect(server.port);
    await peer.send(MESSAGE.subarray(0, 2));
    await accepted(server, 1);
    await stop(server, 0);
    expect((await peer.readEnd()).how).not.toBe('timeout');
    expect(server.tally()).toMatchObject({ connections: 1, 'connections-closed': 1 });
  });

  it('stop() leaks no descriptor and no thread', async (test) => {
    if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
    await startRuntimeThreads();
    await stop(await startEcho()); // the first start loads libraries
    const before = currentResources();
    const server = await startEcho();
    await using peer = await Peer.connect(server.port);
    await peer.send(MESSAGE);
    await readEcho(peer);
    await peer.close();
    await stop(server);
    await expectNoLeak(before);
  });
});
