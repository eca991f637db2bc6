import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, it } from 'vitest';
import { netServer } from './bench-servers.ts';
import { startEngine } from './engine-client.ts';
import { ServerProcess } from '@concurrent-primes/harness';

/** An answer to [100, 200] that only a verifier can refuse: 21 ascending integers of the interval, not all prime. */
const PLAUSIBLE = Int32Array.from([21, ...Array.from({ length: 21 }, (_, i) => 100 + i)]);

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

it.each([false, true])('startEngine() reports the result of its clients when keepAlive is %s', async (keepAlive) => {
  await using server = await ServerProcess.start(netServer().command);
  await using load = startEngine(server.port, { clients: 4, requests: 200, keepAlive, verified: true });
  const result = await load.result;
  expect(result).toMatchObject({ requests: 200, errors: 0, bytes: 200 * 88 });
  expect(result.cpuMs).toBeGreaterThan(0);
  expect(result.elapsedMs).toBeGreaterThan(0);
  expect(result.latencyUs.count).toBe(200);
  expect(result.latencyUs.p50).toBeGreaterThan(0);
  // A request that took less than all of the run, in microseconds.
  expect(result.latencyUs.max).toBeLessThanOrEqual(result.elapsedMs * 1000);
  expect(result.countUs.p50).toBeLessThanOrEqual(result.latencyUs.p50);
});

it('startEngine() compares bytes only when verified is true', async () => {
  const bytes = Buffer.from(PLAUSIBLE.buffer).swap32();
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.write(bytes));
  });
  try {
    const port = await listening(server);
    for (const verified of [false, true]) {
      await using load = startEngine(port, { clients: 4, requests: 4, verified });
      expect(await load.result).toMatchObject(verified ? { requests: 0, errors: 4 } : { requests: 4, errors: 0 });
    }
  } finally {
    server.close();
  }
});

it('startEngine() rejects with the stderr when no server listens', async () => {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  await using load = startEngine(port, { clients: 1, requests: 1 });
  await expect(load.result).rejects.toThrow(
    /^cannot load the server with the load engine: must exit with 0, got exit code 1\n.*ECONNREFUSED/s,
  );
});
