/** The log never hurts the server: not by a flood of records, not by a reader that stops, not by a full disk. */
import { Peer } from '@concurrent-primes/conformance';
import { eventually, within } from '@concurrent-primes/fixtures';
import { readMemory } from '@concurrent-primes/harness';
import { EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { encodeRequest, encodeSum } from '@concurrent-primes/protocol';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SERVER_PROGRAM } from './architectures.ts';

const STOP_MS = 10_000;
/** From the start to the end of a program that fails. */
const EXIT_MS = 20_000;
const FLOOD_MS = 1500;
const FLOODERS = 4;
/** Room for what the server's own code and its table take meanwhile. */
const MOST_GROWTH_BYTES = 64 * 1024 * 1024;
/** 4 threads post 200 records at once and 100 a second; a flood that is logged has 9 MB by then. */
const MOST_LOG_BYTES = 1_000_000;

const SERVERS = [['select'], ['pool', '--threads', '4'], ['net']] as const;

interface Running {
  readonly port: number;
  readonly pid: number;
  /** Sends SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'log-robust-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

/** Returns the end for writing of a pipe that is full and that nobody reads: the first record would block. */
function fullPipe(): number {
  const path = join(folder(), 'pipe');
  spawnSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  onTestFinished(() => {
    closeSync(reader);
    closeSync(writer);
  });
  expect(() => {
    for (;;) writeSync(reader, Buffer.alloc(4096));
  }).toThrow('EAGAIN');
  return writer;
}

/** Starts a server whose log goes to a descriptor. */
async function startLoggingTo(descriptor: number, args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [SERVER_PROGRAM, ...args, '--port', '0', '--table', 'none'], {
    stdio: ['ignore', 'pipe', descriptor],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  let printed = '';
  child.stdout!.on('data', (text: Buffer) => (printed += text.toString()));
  const port = await eventually(() => {
    const [, found] = /^listening on 127\.0\.0\.1:(\d+)/m.exec(printed) ?? [];
    expect(found).toBeDefined();
    return Number(found);
  });
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return (await within(exit, STOP_MS, 'the server to end'))[0];
  };
  return { port, pid: child.pid!, stop };
}

/** Wrong sums on empty intervals, one after the other, as fast as the server takes them. */
function flood(port: number): () => void {
  const exchange = Buffer.concat([encodeRequest(2, 1), encodeSum(1n)]);
  const chunk = Buffer.concat(Array.from({ length: 2000 }, () => exchange));
  const sockets = Array.from({ length: FLOODERS }, () => {
    const socket = connect({ port, host: '127.0.0.1' });
    const write = (): void => {
      while (socket.writable && socket.write(chunk));
    };
    socket
      .on('connect', write)
      .on('drain', write)
      .on('error', () => undefined)
      .resume();
    return socket;
  });
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

async function wrongSum(port: number): Promise<void> {
  await using peer = await Peer.connect(port);
  await peer.sendRequest(2, 1);
  expect(await peer.readCount()).toBe(0);
  await peer.sendSum(1n);
  await peer.end();
  await peer.readEnd();
}

async function expectService(port: number): Promise<void> {
  await using peer = await Peer.connect(port);
  await peer.sendRequest(100, 200);
  expect(await peer.readCount()).toBe(21);
}

describe.for(SERVERS)('%s', (args) => {
  it('logs some of a flood of wrong sums, counts the rest, and obeys', async () => {
    const path = join(folder(), 'log');
    const descriptor = openSync(path, 'w');
    const server = await startLoggingTo(descriptor, args);
    closeSync(descriptor);
    const before = readMemory(server.pid).rssBytes;
    const stopFlood = flood(server.port);
    await new Promise((resolve) => setTimeout(resolve, FLOOD_MS));
    const grown = readMemory(server.pid).rssBytes - before;
    expect(await server.stop()).toBe(0);
    stopFlood();
    const log = readFileSync(path, 'utf8');
    expect(log.length).toBeLessThan(MOST_LOG_BYTES);
    expect(grown).toBeLessThan(MOST_GROWTH_BYTES);
    const records = log.match(/wrong-sum:/g)!.length;
    const more = [...log.matchAll(/(\d+) more exchanges like these/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    expect(records).toBeGreaterThanOrEqual(200);
    // Every exchange is in the log, or in the count; exchanges that the stop ended may be more.
    const [, counted] = /stopped after \d+ connections.* wrong-sum (\d+)/.exec(log)!;
    expect(records + more).toBeGreaterThanOrEqual(Number(counted));
    expect(records + more).toBeLessThanOrEqual(Number(counted) + FLOODERS);
  });
});

describe('a log that takes nothing', () => {
  it('does not keep the server from serving and ending', async () => {
    const server = await startLoggingTo(fullPipe(), ['select']);
    await wrongSum(server.port);
    await expectService(server.port);
    expect(await server.stop()).toBe(0);
  });

  it('does not keep a program from ending that fails', async () => {
    await using taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const child = spawn(process.execPath, [SERVER_PROGRAM, 'select', '--port', String(port)], {
      stdio: ['ignore', 'ignore', fullPipe()],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const exit = once(child, 'exit') as Promise<[number | null]>;
    const [code] = await within(exit, EXIT_MS, 'the program to end');
    expect(code).toBe(EXIT_USAGE);
  });

  it.skipIf(process.platform !== 'linux').each(['text', 'json'])(
    'is survived when the disk is full, %s',
    async (format) => {
      const descriptor = openSync('/dev/full', 'w');
      const server = await startLoggingTo(descriptor, ['select', '--log-format', format]);
      closeSync(descriptor);
      await wrongSum(server.port);
      await expectService(server.port);
      expect(await server.stop()).toBe(0);
    },
  );
});
