import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort, isListening } from './listening-port.ts';

const folder = mkdtempSync(join(tmpdir(), 'tables-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const LISTEN = '0A';
const TIME_WAIT = '06';
const PORT = 0x01bb;

function line(port: number, state: string): string {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1000`.padEnd(149);
}

/** A table as the kernel writes it. */
function table(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, [HEAD.padEnd(149), ...lines, ''].join('\n'));
  return path;
}

async function listen(host: string): Promise<Server> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  return server;
}

describe('isListening()', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1'])('finds out at %s, without a connection', async (host) => {
    const server = await listen(host);
    server.on('connection', () => {
      throw new Error('a connection');
    });
    const { port } = server.address() as AddressInfo;
    expect(await isListening(port)).toBe(true);
    server.close();
    await once(server, 'close');
    expect(await isListening(port)).toBe(false);
  });

  it('recognizes no other socket as a listener', async () => {
    const path = table('others', [line(PORT + 1, LISTEN), line(PORT, TIME_WAIT), line(0x1bb0, LISTEN)]);
    expect(await isListening(PORT, [path])).toBe(false);
    expect(await isListening(PORT + 1, [path])).toBe(true);
  });

  it('finds a listener on any page of any table', async () => {
    const listeners = Array.from({ length: 1000 }, (_, at) => line(10_000 + at, LISTEN));
    const [long, empty] = [table('long', listeners), table('empty', [])];
    for (let port = 10_000; port < 11_000; port += 37) expect(await isListening(port, [empty, long])).toBe(true);
    expect(await isListening(11_000, [empty, long])).toBe(false);
  });

  it('stops a few pages after the last listener', async () => {
    const waiting = Array.from({ length: 5000 }, () => line(1, TIME_WAIT));
    const [near, far] = [waiting.toSpliced(300, 0, line(PORT, LISTEN)), [...waiting, line(PORT, LISTEN)]];
    expect(await isListening(PORT, [table('near', near)])).toBe(true);
    expect(await isListening(PORT, [table('far', far)])).toBe(false);
  });

  it('tries to connect if there is no table', async () => {
    const server = await listen('127.0.0.1');
    const { port } = server.address() as AddressInfo;
    expect(await isListening(port, [join(folder, 'missing')])).toBe(true);
    server.close();
    await once(server, 'close');
    expect(await isListening(port, [join(folder, 'missing')])).toBe(false);
  });
});

describe('freePort()', () => {
  it('is one that can be listened on', async () => {
    const port = await freePort();
    expect(await isListening(port)).toBe(false);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await isListening(port)).toBe(true);
    server.close();
  });

  it('is below the ephemeral ports', async () => {
    for (let i = 0; i < 20; i++) expect(await freePort()).toBeLessThan(32_768);
  });
});
