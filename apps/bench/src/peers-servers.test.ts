/** The peers must be correct servers, and the load client must find errors: otherwise no comparison means anything. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import {
  FULL_COUNT,
  int32Bytes,
  KNOWN_ANSWERS,
  LARGEST_PRIME,
  Peer,
  PRIMES_100_TO_200,
  PRIMES_AT_THE_TOP,
  referencePrimes,
  requestBytes,
  SMALLEST_INT32,
  sumBytes,
  sumOf,
} from '@concurrent-primes/fixtures';
import { describe, expect, inject, it, type TestContext } from 'vitest';
import {
  type BenchServer,
  netServer,
  peerServer,
  poolServer,
  pythonServer,
  selectServer,
} from './servers/bench-servers.ts';
import { DEADLINE_MS, type LoadLine, startLoad, startServer } from './testing/peer-processes.ts';

/** The last number of a cell of the sieve in C++; those in Python and TypeScript have their borders elsewhere. */
const CELL_END = 2 ** 18 - 1;
const MILLION = KNOWN_ANSWERS.find(({ limit }) => limit === 1_000_000)!;

const peers = inject('peers');

const PEERS: Readonly<Record<string, () => BenchServer>> = {
  'epoll-server': () => peerServer('epoll-server', peers.epollServer),
  'pthread-server': () => peerServer('pthread-server', peers.pthreadServer),
  'select_server.py': () => pythonServer('select_server.py', peers.python, 'select_server.py'),
  'pool_server.py': () => pythonServer('pool_server.py', peers.python, 'pool_server.py'),
  'net-server': netServer,
};

/** Asks, checks the answer, sends the sum. */
async function ask(peer: Peer, a: number, b: number): Promise<number[]> {
  await peer.sendRequest(a, b);
  const count = await peer.readCount();
  const primes: number[] = [];
  const { sum } = await peer.readPrimes(count, [a, b], primes);
  await peer.sendSum(sum);
  return primes;
}

describe.for(Object.entries(PEERS))('%s', ([, command]) => {
  it('answers intervals in sequence on one connection', async (test) => {
    await using server = await startServer(test, command());
    await using peer = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    for (const [a, b] of [
      [0, 0],
      [200, 100],
      [SMALLEST_INT32, 1],
      [LARGEST_PRIME, SMALLEST_INT32],
      [2, 2],
      [-5, 12],
      [11, 11],
      [24, 28],
      [0, 4000],
      [CELL_END - 300, CELL_END],
      [CELL_END, CELL_END + 2],
      [CELL_END + 1, CELL_END + 1],
      [CELL_END - 300, CELL_END + 300],
      [2_147_483_600, LARGEST_PRIME],
      [LARGEST_PRIME, LARGEST_PRIME],
    ] as const) {
      expect(await ask(peer, a, b), `[${a}, ${b}]`).toEqual(referencePrimes(a, b));
    }
    expect(await ask(peer, 2_147_483_600, 2_147_483_647)).toEqual(PRIMES_AT_THE_TOP);
    const primes = await ask(peer, 0, MILLION.limit);
    expect([primes.length, sumOf(primes)]).toEqual([MILLION.count, MILLION.sum]);
    expect(await ask(peer, 100, 200)).toEqual(PRIMES_100_TO_200);
  });

  it('accepts messages in single bytes, and glued together', async (test) => {
    await using server = await startServer(test, command());
    await using peer = await Peer.connect(server.port);
    const single = { pieces: Array.from({ length: 8 }, () => 1) };
    await peer.sendRequest(100, 200, single);
    expect(await peer.readPrimes(await peer.readCount(), [100, 200])).toMatchObject({ count: 21, sum: 3167n });
    await peer.sendSum(3167n, single);
    const glued = [requestBytes(0, 10), sumBytes(17n), requestBytes(100, 200), sumBytes(3167n), requestBytes(3, 2)];
    await peer.send(Buffer.concat(glued));
    expect(await peer.readPrimes(await peer.readCount(), [0, 10])).toMatchObject({ count: 4, sum: 17n });
    expect(await peer.readPrimes(await peer.readCount(), [100, 200])).toMatchObject({ count: 21, sum: 3167n });
    expect(await peer.readCount()).toBe(0);
  });

  it('sends the whole answer to a client that has ended its sending', async (test) => {
    await using server = await startServer(test, command());
    await using peer = await Peer.connect(server.port);
    await peer.sendRequest(0, 100_000);
    await peer.end();
    expect(await peer.readPrimes(await peer.readCount(), [0, 100_000])).toMatchObject({
      count: 9592,
      sum: 454_396_537n,
    });
    expect(await peer.readEnd()).toEqual({ how: 'end', discarded: 0 });
  });

  it('serves a client after others have reset their connections, or read nothing', async (test) => {
    await using server = await startServer(test, command());
    await using stalled = await Peer.connect(server.port);
    await stalled.sendRequest(0, 3_000_000);
    for (const bytes of [0, 3, 8]) {
      const vanishing = await Peer.connect(server.port);
      if (bytes > 0) await vanishing.send(requestBytes(0, 1_000_000).subarray(0, bytes));
      if (bytes === 8) await vanishing.readCount();
      await vanishing.reset();
    }
    await using peer = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    expect(await ask(peer, 100, 200)).toEqual(PRIMES_100_TO_200);
  });
});

describe('epoll-server, pthread-server', () => {
  it.for(['epoll-server', 'pthread-server'])('%s counts all of int32', async (name, test) => {
    await using server = await startServer(test, PEERS[name]!());
    await using peer = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    await peer.sendRequest(SMALLEST_INT32, LARGEST_PRIME);
    expect(await peer.readCount()).toBe(FULL_COUNT);
  });
});

describe('zero-server', () => {
  it.for([
    [100, 200, 21, 'once'],
    [0, 1_000_000, MILLION.count, 'once'],
    [3, 2, 0, 'once'],
    [0, LARGEST_PRIME, FULL_COUNT, 'once'],
    [0, 1_000_000, MILLION.count, 'whole'],
    [0, LARGEST_PRIME, FULL_COUNT, 'whole'],
  ] as const)('answers [%i, %i] with %i zeros, kept in memory %s', async ([a, b, count, kept], test) => {
    const whole = kept === 'whole' ? [kept] : [];
    await using server = await startServer(test, peerServer('zero-server', peers.zeroServer, '4096', ...whole));
    await using peer = await Peer.connect(server.port);
    await peer.sendRequest(a, b);
    expect(await peer.readCount()).toBe(count);
    const bytes = await peer.readBytes(Math.min(4 * count, 1_000_000));
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    if (count > 1_000_000) return;
    // Exactly that many: the next answer follows.
    await peer.sendSum(0n);
    await peer.sendRequest(2, 2);
    expect(await peer.readCount()).toBe(1);
  });
});

/** Runs a load to its end. */
async function load(test: TestContext, port: number, ...args: readonly string[]): Promise<LoadLine> {
  await using running = startLoad(test, peers.load, [...args, '--port', String(port)]);
  return (await running.result) as LoadLine;
}

describe('load ask', () => {
  const servers: Readonly<Record<string, () => BenchServer>> = {
    ...PEERS,
    'our select server': () => selectServer('select'),
    'our select server with epoll': () => selectServer('epoll'),
    'our pool': () => poolServer(8),
  };

  it.for(Object.keys(servers))('finds no error in %s', async (name, test) => {
    await using server = await startServer(test, servers[name]!());
    const clients = ['ask', '--clients', '8', '--requests', '200'];
    expect(await load(test, server.port, ...clients, '--warmup-requests', '50')).toMatchObject({
      ...{ kind: 'ask', clients: 8, requests: 200, errors: 0, jain: null },
      latencyUs: { count: 200 },
    });
    const kept = await load(test, server.port, ...clients, '--keep-alive');
    expect(kept).toMatchObject({ requests: 200, errors: 0 });
    const wide = ['ask', '--clients', '3', '--requests', '6', '--interval', '-5', '60000'];
    expect(await load(test, server.port, ...wide)).toMatchObject({ requests: 6, errors: 0 });
    const empty = ['ask', '--clients', '3', '--requests', '6', '--interval', '3', '2', '--keep-alive'];
    expect(await load(test, server.port, ...empty)).toMatchObject({ requests: 6, errors: 0 });
  });

  const RIGHT = int32Bytes([4, 2, 3, 5, 7]);
  /** Answers every request, and every sum, with these bytes. */
  async function answering(...chunks: readonly Uint8Array[]): Promise<AsyncDisposable & { readonly port: number }> {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        void (async () => {
          for (const chunk of chunks) await new Promise((resolve) => socket.write(chunk, resolve));
        })();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = async (): Promise<void> => {
      server.close();
      await once(server, 'close');
    };
    return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
  }
  // One client: of several, one could fail before the last has connected and the measured time begins.
  const REQUESTS = ['ask', '--clients', '1', '--requests', '4', '--interval', '0', '10'];

  it('takes an answer in single bytes', async (test) => {
    await using server = await answering(...Array.from(RIGHT, (byte) => Uint8Array.of(byte)));
    expect(await load(test, server.port, ...REQUESTS)).toMatchObject({ requests: 4, errors: 0 });
  });

  it.for([
    ['another count', int32Bytes([3, 2, 3, 5])],
    ['primes that descend', int32Bytes([4, 2, 5, 3, 7])],
    ['a prime twice', int32Bytes([4, 2, 5, 5, 5])],
    ['another prime', int32Bytes([4, 2, 3, 5, 8])],
    ['a number above the interval', int32Bytes([4, 2, 3, 1, 11])],
    ['a number below the interval', int32Bytes([4, -1, 3, 5, 10])],
    ['a byte too many', Buffer.concat([RIGHT, Uint8Array.of(0)])],
    ['a refusal', int32Bytes([-1])],
  ] as const)('counts %s as an error', async ([, bytes], test) => {
    await using server = await answering(bytes);
    expect(await load(test, server.port, ...REQUESTS)).toMatchObject({ requests: 0, errors: 4 });
  });

  it('stops after its time, with a pause between two requests, and reports the elapsed time', async (test) => {
    await using server = await startServer(test, PEERS['epoll-server']!());
    const time = ['--seconds', '0.2', '--warmup-seconds', '0.05', '--pause-ms', '10'];
    const line = await load(test, server.port, 'ask', '--clients', '2', ...time);
    expect(line.errors).toBe(0);
    expect(line.requests).toBeGreaterThan(0);
    // Two clients that pause for 10 ms after each request.
    expect(line.requests).toBeLessThanOrEqual((2 * line.elapsedMs) / 10 + 2);
    expect(line.elapsedMs).toBeGreaterThanOrEqual(200);
    expect(line.bytes).toBeGreaterThanOrEqual(line.requests * 88);
    const { p50, p90, p99, p999, max } = line.latencyUs;
    expect([p50, p90, p99, p999, max]).toEqual([p50, p90, p99, p999, max].toSorted((x, y) => x - y));
    expect(p50).toBeGreaterThan(0);
    expect(line.busy).toBeLessThan(1);
  });

  it('exits with 1 when no server listens', async (test) => {
    const { port, [Symbol.asyncDispose]: close } = await answering();
    await close();
    await using running = startLoad(test, peers.load, ['ask', '--port', String(port), '--clients', '1']);
    expect(await running.exited).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: 'cannot connect to the server: Connection refused\n',
    });
  });

  it('exits with 2 and its usage when an option is unknown', async (test) => {
    await using running = startLoad(test, peers.load, ['ask', '--port', '80', '--clients', '1', '--speed', '9']);
    expect(await running.exited).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^usage: load ask/) as string,
    });
  });
});

describe('load', () => {
  const WIDE = ['--interval', '0', '200000000'];

  const LOADS: readonly (readonly string[])[] = [
    ['ask'],
    ['ask', '--keep-alive'],
    ['stream', ...WIDE],
    ['stalled', ...WIDE],
    ['slow', '--rate', '1000', ...WIDE],
    ['trickle'],
    ['silent'],
  ];
  it.for(LOADS.map((args) => [args.join(' '), args] as const))(
    '%s reaches its state, and ends early on SIGTERM',
    async ([, args], test) => {
      await using server = await startServer(test, PEERS['epoll-server']!());
      const all = [...args, '--clients', '20', '--seconds', '1000', '--port', String(server.port)];
      await using running = startLoad(test, peers.load, all);
      await running.ready;
      expect(await running.finish()).toMatchObject({ kind: args[0], clients: 20, errors: 0 });
    },
  );

  it('stream ends with the first client that has its bytes, and says how fair it was', async (test) => {
    await using server = await startServer(test, peerServer('zero-server', peers.zeroServer));
    const fair = ['stream', '--clients', '4', '--bytes', '20000000', '--interval', '0', '2147483647'];
    const { errors, bytes, jain } = await load(test, server.port, ...fair);
    expect(errors).toBe(0);
    expect(bytes).toBeGreaterThan(10_000_000);
    expect(jain).toBeGreaterThanOrEqual(0.25);
    expect(jain).toBeLessThanOrEqual(1);
  });

  it('stream --parts divides the interval among the clients, without a gap', async (test) => {
    const requests: Buffer[] = [];
    const all = Promise.withResolvers<undefined>();
    const listening = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (request) => {
          if (requests.push(request) === 3) all.resolve(undefined);
        });
    }).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    const args = ['stream', '--parts', '--clients', '3', '--interval', '-1', '8', '--port', String(port)];
    await using running = startLoad(test, peers.load, args);
    await all.promise;
    await running.finish();
    listening.close();
    const intervals = requests.map((request) => [request.readInt32BE(0), request.readInt32BE(4)] as const);
    expect(intervals.toSorted(([a], [b]) => a - b)).toEqual([
      [-1, 1],
      [2, 4],
      [5, 8],
    ]);
  });

  it('stream asks again after a whole answer', async (test) => {
    await using server = await startServer(test, peerServer('zero-server', peers.zeroServer));
    const short = ['stream', '--clients', '2', '--seconds', '0.1', '--interval', '0', '1000'];
    const { errors, requests, bytes } = await load(test, server.port, ...short);
    expect(errors).toBe(0);
    expect(requests).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThanOrEqual(4 * 168 * requests);
  });
});
