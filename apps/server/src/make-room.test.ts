/** What clients hold, and for how long: idle ones make room, busy ones don't, readers that stop leave nothing behind. */
import { readFileSync } from 'node:fs';
import { Peer } from '@concurrent-primes/conformance';
import { eventually, within } from '@concurrent-primes/fixtures';
import type { Server } from '@concurrent-primes/server-core';
import { describe, expect, it } from 'vitest';
import { startServer } from './architectures.ts';
import type { PrimeServerOptions } from './prime-sessions.ts';

const BUSY = -1;
/** Longer than any test: what happens before has another cause. */
const NEVER_MS = 600_000;
const DEADLINE_MS = 60_000;
const ALL: readonly [number, number] = [2, 2 ** 31 - 1];

/** Servers with two places: connections of the loops, threads of the pool. */
const SERVERS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['select', ['select']],
  ['epoll', ['select', '--selector', 'epoll']],
  ['pool', ['pool', '--threads', '2']],
  ['net', ['net']],
];

interface Started extends AsyncDisposable {
  readonly server: Server;
  readonly port: number;
}

async function start(args: readonly string[], options: Partial<PrimeServerOptions>): Promise<Started> {
  const places = args[0] === 'pool' ? {} : { maxClients: 2 };
  const timeoutsMs = { idle: NEVER_MS, request: NEVER_MS, answer: NEVER_MS, sum: NEVER_MS, ...options.timeoutsMs };
  const server = await startServer(args, {
    host: '127.0.0.1',
    port: 0,
    firstTimeoutMs: NEVER_MS,
    ...places,
    ...options,
    timeoutsMs,
  });
  return {
    server,
    port: server.port,
    [Symbol.asyncDispose]: () => within(server.stop(0), DEADLINE_MS, 'the server to stop'),
  };
}

/** Has one exchange. */
async function exchange(peer: Peer): Promise<void> {
  await peer.sendRequest(100, 200);
  const count = await peer.readCount();
  expect(count).toBe(21);
  const { sum } = await peer.readPrimes(count, [100, 200]);
  await peer.sendSum(sum);
}

/** A client that has had an exchange, and stays. */
async function stays({ server, port }: Started): Promise<Peer> {
  const peer = await Peer.connect(port);
  const { served } = server.tally();
  await exchange(peer);
  await eventually(() => {
    expect(server.tally()['served']).toBe(served! + 1);
  });
  return peer;
}

describe.for(SERVERS)('%s', ([, args]) => {
  it('closes the connection that has been idle longest when a client finds no room', async () => {
    await using started = await start(args, { evictAfterMs: 0 });
    await using first = await stays(started);
    await using second = await stays(started);
    await using third = await Peer.connect(started.port);
    await exchange(third);
    expect(await first.readEnd()).toEqual({ how: 'end', discarded: 0 });
    await exchange(second);
    expect(started.server.tally()).toMatchObject({ evicted: 1, 'refused-busy': 0 });
  });

  it('makes room in place of clients that have sent nothing', async () => {
    await using started = await start(args, { evictAfterMs: 0 });
    await using first = await Peer.connect(started.port);
    await using second = await Peer.connect(started.port);
    await using third = await Peer.connect(started.port);
    await exchange(third);
    // They came at nearly the same time: one of them has to leave, and the other stays.
    const stops = async (peer: Peer): Promise<string> => {
      if ((await peer.receive(1)).stop === 'end') return 'left';
      throw new Error('expected the end of the connection');
    };
    await Promise.any([first, second].map(stops));
    expect(started.server.tally()).toMatchObject({ evicted: 1, 'connections-closed': 1, 'refused-busy': 0 });
  });

  it.for([
    ['in the middle of a request', 0],
    ['in the middle of an answer', 0],
    ['idle for a short time only', NEVER_MS],
    ['idle, but never has to leave', Infinity],
  ] as const)('keeps a client that is %s, and refuses others', async ([state, evictAfterMs]) => {
    // In the pool clients wait for a thread.
    const waits = args[0] === 'pool' ? ['--queue-timeout', '0.2'] : [];
    await using started = await start([...args, ...waits], { evictAfterMs });
    const kept: Peer[] = [];
    for (let count = 0; count < 2; count += 1) {
      const peer = state.startsWith('idle') ? await stays(started) : await Peer.connect(started.port);
      if (state.endsWith('request')) await peer.send(Uint8Array.of(0, 0, 0));
      if (state.endsWith('answer')) {
        await peer.sendRequest(100, 200);
        expect(await peer.readCount()).toBe(21);
      }
      kept.push(peer);
    }
    if (state.endsWith('request')) {
      await eventually(() => {
        expect(started.server.tally()['connections']).toBe(2);
      });
    }
    await using refused = await Peer.connect(started.port);
    await refused.sendRequest(100, 200);
    expect(await refused.readCount()).toBe(BUSY);
    await eventually(() => {
      expect(started.server.tally()).toMatchObject({ evicted: 0, 'refused-busy': 1 });
    });
    for (const peer of kept) await peer.close();
  });

  it('gives a connection that sends nothing a shorter time than one that has asked', async () => {
    await using started = await start(args, { firstTimeoutMs: 200 });
    await using asked = await stays(started);
    await using silent = await Peer.connect(started.port);
    expect(await silent.readEnd()).toEqual({ how: 'end', discarded: 0 });
    await exchange(asked);
  });

  it('drops a client that takes less than the least rate, and no other', async () => {
    const limits = { timeoutsMs: { answer: 500 } };
    await using patient = await start(args, limits);
    await using strict = await start(args, { ...limits, minSendRate: 1e9 });
    const isCut = ({ server }: Started): boolean => server.tally()['too-slow'] === 1;
    // Slower than the least rate, but never for long without a byte.
    const read = async ({ port }: Started): Promise<void> => {
      await using peer = await Peer.connect(port);
      await peer.sendRequest(...ALL);
      while (!isCut(strict) && typeof (await peer.receiveSome(65_536)) !== 'string') await peer.pause(1);
    };
    await Promise.all([patient, strict].map(read));
    expect([patient, strict].map(isCut)).toEqual([false, true]);
  });

  it('resets a client that does not read, and leaves none of its bytes in the kernel', async () => {
    await using started = await start(args, { timeoutsMs: { answer: 200 } });
    await using peer = await Peer.connect(started.port);
    await peer.sendRequest(...ALL);
    await eventually(() => {
      expect(started.server.tally()['too-slow']).toBe(1);
      expect(socketsAt(started.port)).toEqual(['0A']);
    });
    expect((await peer.readEnd()).how).toBe('reset');
  });
});

/** The states of the sockets at a port, as /proc/net/tcp shows them: 0A is the listening one. */
function socketsAt(port: number): string[] {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return sockets.filter(([, local]) => local === address).map(([, , , state]) => state!);
}
