import { GREETING, Peer, within } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_QUANTUM,
  type PrimeServerOptions,
  startPrimePoolServer,
  startPrimeSelectServer,
} from './prime-server.ts';

const ANY_PORT = { host: '127.0.0.1', port: 0 };
const SERVERS = {
  select: (options: Omit<PrimeServerOptions, 'host' | 'port'>) => startPrimeSelectServer({ ...ANY_PORT, ...options }),
  pool: (options: Omit<PrimeServerOptions, 'host' | 'port'>) =>
    startPrimePoolServer({ ...ANY_PORT, threads: 2, ...options }),
};

describe.for(Object.entries(SERVERS))('%s', ([, start]) => {
  it('a client of the greeting dialect reads the whole refusal behind the greeting when the server is full', async () => {
    const server = await start({ greeting: true, maxClients: 1 });
    await using served = await Peer.connect(server.port);
    expect(await served.readBytes(1)).toEqual(Uint8Array.of(GREETING));
    await using refused = await Peer.connect(server.port);
    expect(await refused.readBytes(1)).toEqual(Uint8Array.of(GREETING));
    expect(await refused.readCount()).toBe(-1);
    await within(server.stop(0), 4000, 'the server to stop');
  });
});

// Not with the pool: its thread may still be in send(2) with the greeting, and is woken by ending both directions.
it('a client of the greeting dialect reads the whole refusal behind the greeting when the select server is cut', async () => {
  const server = await SERVERS.select({ greeting: true });
  await using peer = await Peer.connect(server.port);
  expect(await peer.readBytes(1)).toEqual(Uint8Array.of(GREETING));
  await peer.send(Uint8Array.of(0));
  await within(server.stop(0), 4000, 'the server to stop');
  expect(await peer.readCount()).toBe(-3);
});

it('startPrimeSelectServer() sends N and each prime in a turn of its own when the quantum is one integer', async () => {
  const server = await startPrimeSelectServer({ ...ANY_PORT, quantum: 1 });
  await using peer = await Peer.connect(server.port);
  await peer.sendRequest(100, 200);
  const count = await peer.readCount();
  const { sum } = await peer.readPrimes(count, [100, 200]);
  await peer.sendSum(sum);
  await peer.end();
  await peer.readEnd();
  await within(server.stop(0), 4000, 'the server to stop');
  expect([count, sum]).toEqual([21, 3167n]);
  expect(server.tally()).toMatchObject({ connections: 1, served: 1 });
});

it('startPrimeSelectServer() throws a RangeError when the quantum is less than an integer', async () => {
  await expect(startPrimeSelectServer({ ...ANY_PORT, quantum: 0 })).rejects.toThrow(RangeError);
  expect(DEFAULT_QUANTUM).toBeGreaterThanOrEqual(1);
});
