/** Interoperation with a client in another language, which shares no code with ours. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { whyMissing, within } from '@concurrent-primes/fixtures';
import type { Server } from '@concurrent-primes/server-core';
import { describe, expect, it } from 'vitest';
import { startServer } from './architectures.ts';

const CLIENT = fileURLToPath(new URL('./testing/prime_client.py', import.meta.url));
const DEADLINE_MS = 60_000;

const SERVERS: Readonly<Record<string, readonly string[]>> = {
  'select server': ['select'],
  'select server with a quantum of 1': ['select', '--quantum', '1'],
  pool: ['pool', '--threads', '2'],
};

const NO_PYTHON = whyMissing('python3', ['--version']);

async function python(server: Server, ...args: readonly (string | number)[]): Promise<string> {
  const { stdout } = await promisify(execFile)('python3', [CLIENT, String(server.port), ...args.map(String)], {
    timeout: DEADLINE_MS,
  });
  return stdout.trimEnd();
}

async function stop(server: Server): Promise<Record<string, number>> {
  await within(server.stop(DEADLINE_MS), DEADLINE_MS, 'the server to stop');
  return server.tally();
}

describe.for(Object.entries(SERVERS))('a Python client and the %s', ([, args]) => {
  it('agree when the client sends the sum', async (test) => {
    if (NO_PYTHON !== undefined) test.skip(NO_PYTHON);
    const server = await startServer(args, { host: '127.0.0.1', port: 0 });
    expect(await python(server, 100, 200)).toBe('21 3167 101 199');
    expect(await python(server, 0, 100_000)).toBe('9592 454396537 2 99991');
    expect(await python(server, 2_147_483_600, 2_147_483_647)).toBe('2 4294967276 2147483629 2147483647');
    expect(await python(server, -2_147_483_648, 1)).toBe('0 0');
    expect(await python(server, 200, 100)).toBe('0 0');
    expect(await stop(server)).toMatchObject({ connections: 5, served: 5 });
  });

  it('agree when the client leaves without sending the sum', async (test) => {
    if (NO_PYTHON !== undefined) test.skip(NO_PYTHON);
    const server = await startServer(args, { host: '127.0.0.1', port: 0 });
    expect(await python(server, 100, 200, 'no-sum')).toBe('21 3167 101 199');
    expect(await stop(server)).toMatchObject({ connections: 1, 'no-sum': 1, served: 0 });
  });

  it('agree in the greeting dialect', async (test) => {
    if (NO_PYTHON !== undefined) test.skip(NO_PYTHON);
    const server = await startServer(args, { host: '127.0.0.1', port: 0, greeting: true });
    expect(await python(server, 100, 200, 'greeting')).toBe('21 3167 101 199');
    expect(await stop(server)).toMatchObject({ connections: 1, served: 1 });
  });
});
