/** Servers that share their listening socket with other processes: what waits in its queue is not theirs when they stop. */
import { Peer, REFUSED, currentResources, expectNoLeak, startRuntimeThreads } from '@concurrent-primes/fixtures';
import type { Server } from '@concurrent-primes/server-core';
import { type ListeningSocket, listen } from '@concurrent-primes/sockets';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, argumentsOf, startServer, variantsOf } from './architectures.ts';

const VARIANTS = variantsOf(ARCHITECTURES).map((variant) => ({ name: variant.name, command: argumentsOf(variant, 2) }));

function start(command: readonly string[], sharedListener: ListeningSocket): Promise<Server> {
  return startServer(command, { host: '127.0.0.1', port: 0, sharedListener });
}

async function ask(peer: Peer): Promise<number> {
  await peer.sendRequest(2, 2);
  const count = await peer.readCount();
  if (count !== 1) return count;
  const { sum } = await peer.readPrimes(1, [2, 2]);
  await peer.sendSum(sum);
  return count;
}

describe.each(VARIANTS)('$name on a shared listening socket', ({ command }) => {
  it('listens on it, and leaves it open for the next server when it stops', async () => {
    using listener = listen({ host: '127.0.0.1', port: 0 });
    const { port } = listener.localAddress();
    const first = await start(command, listener);
    expect([first.host, first.port]).toEqual(['127.0.0.1', port]);
    await using early = await Peer.connect(port);
    expect(await ask(early)).toBe(1);
    await early.close();
    await first.stop();

    // Nobody accepts now: these wait in the queue.
    await using waiting = await Peer.connect(port);
    await waiting.sendRequest(2, 2);
    const second = await start(command, listener);
    expect(await waiting.readCount()).toBe(1);
    expect(first.tally()['connections']).toBe(1);
    await waiting.close();
    await second.stop();
  });

  it('serves a client that it has accepted and that asks after it was told to stop', async () => {
    using listener = listen({ host: '127.0.0.1', port: 0 });
    const server = await start(command, listener);
    await using peer = await Peer.connect(server.port);
    await expect.poll(() => server.tally()['connections']).toBe(1);
    const stopped = server.stop();
    expect(await ask(peer)).toBe(1);
    await peer.close();
    await stopped;
    expect(server.tally()).toMatchObject({ connections: 1, served: 1, 'refused-shutdown': 0 });
  });

  it('refuses a client that stays idle after it was told to stop', async () => {
    using listener = listen({ host: '127.0.0.1', port: 0 });
    const server = await start(command, listener);
    await using peer = await Peer.connect(server.port);
    expect(await ask(peer)).toBe(1);
    const stopped = server.stop();
    expect(await peer.readCount()).toBe(REFUSED.shuttingDown);
    await peer.close();
    await stopped;
  });

  it('leaves what waits there when it is told to stop at once', async () => {
    using listener = listen({ host: '127.0.0.1', port: 0 });
    const { port } = listener.localAddress();
    const server = await start(command, listener);
    await server.stop(0);
    await using peer = await Peer.connect(port);
    const next = await start(command, listener);
    expect(await ask(peer)).toBe(1);
    await peer.close();
    await next.stop(0);
  });

  it('shares it with another server at the same time', async () => {
    using listener = listen({ host: '127.0.0.1', port: 0 });
    const servers = [await start(command, listener), await start(command, listener)];
    const { port } = listener.localAddress();
    const counts = await Promise.all(
      Array.from({ length: 20 }, async () => {
        await using peer = await Peer.connect(port);
        const count = await ask(peer);
        await peer.close();
        return count;
      }),
    );
    expect(counts).toEqual(counts.map(() => 1));
    await Promise.all(servers.map((server) => server.stop()));
    const connections = servers.map((server) => server.tally()['connections']!);
    expect(connections.reduce((sum, count) => sum + count)).toBe(20);
  });

  it('gives back all descriptors and threads', async () => {
    await startRuntimeThreads();
    const before = currentResources();
    const listener = listen({ host: '127.0.0.1', port: 0 });
    const server = await start(command, listener);
    await server.stop();
    listener.close();
    await expectNoLeak(before);
  });
});
