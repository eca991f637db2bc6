import { GREETING, Peer, within } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, type Architecture, argumentsOf, startServer, variantsOf } from './architectures.ts';
import { createServerProgram } from './server-program.ts';

const ANY_PORT = { host: '127.0.0.1', port: 0 };
const SELECT = ['select'];
const POOL = ['pool', '--threads', '2'];

/** An architecture of this test: it records what it starts, and the pool serves. */
function madeUp(): { readonly architecture: Architecture; readonly started: string[] } {
  const started: string[] = [];
  const { pool } = ARCHITECTURES as { pool: Architecture };
  return {
    started,
    architecture: {
      ...pool,
      description: 'a made-up architecture',
      variants: { imagined: { args: [], description: () => 'made up' } },
      summary: () => 'made up',
      start: (options, flags) => {
        started.push(JSON.stringify(flags));
        return pool.start(options, flags);
      },
    },
  };
}

describe.for([SELECT, POOL, ['net']])('%s', (args) => {
  it('a client of the greeting dialect reads the whole refusal after the greeting when the server is full', async () => {
    const server = await startServer(args, { ...ANY_PORT, greeting: true, maxClients: 1 });
    await using served = await Peer.connect(server.port);
    expect(await served.readBytes(1)).toEqual(Uint8Array.of(GREETING));
    await using refused = await Peer.connect(server.port);
    expect(await refused.readBytes(1)).toEqual(Uint8Array.of(GREETING));
    expect(await refused.readCount()).toBe(-1);
    await within(server.stop(0), 60_000, 'the server to stop');
  });
});

// Not with the pool: its thread may be in send(2) with the greeting, and is woken by shutting down both directions.
it('a client of the greeting dialect reads the whole refusal after the greeting when the select server is cut', async () => {
  const server = await startServer(SELECT, { ...ANY_PORT, greeting: true });
  await using peer = await Peer.connect(server.port);
  expect(await peer.readBytes(1)).toEqual(Uint8Array.of(GREETING));
  await peer.send(Uint8Array.of(0));
  await within(server.stop(0), 60_000, 'the server to stop');
  expect(await peer.readCount()).toBe(-3);
});

it('startServer() sends N and each prime in separate turns when the quantum is one integer', async () => {
  const server = await startServer([...SELECT, '--quantum', '1'], ANY_PORT);
  await using peer = await Peer.connect(server.port);
  await peer.sendRequest(100, 200);
  const count = await peer.readCount();
  const { sum } = await peer.readPrimes(count, [100, 200]);
  await peer.sendSum(sum);
  await peer.end();
  await peer.readEnd();
  await within(server.stop(0), 60_000, 'the server to stop');
  expect([count, sum]).toEqual([21, 3167n]);
  expect(server.tally()).toMatchObject({ connections: 1, served: 1 });
});

it('startServer() rejects when the architecture or one of its options is unknown', async () => {
  await expect(startServer(['fork'], ANY_PORT)).rejects.toThrow(
    'cannot start a server: must be select or pool or net, got fork',
  );
  await expect(startServer([...SELECT, '--threads', '2'], ANY_PORT)).rejects.toThrow("unknown option '--threads'");
  await expect(startServer([...SELECT, '--quantum', '0'], ANY_PORT)).rejects.toThrow('whole number from 1');
});

it('a made-up architecture is a command with help, and starts, when it is registered', async () => {
  const { architecture, started } = madeUp();
  const registry = { ...ARCHITECTURES, imagined: architecture };
  const program = createServerProgram(registry);
  expect(program.helpInformation()).toMatch(/^ {2}imagined \[options\] +a made-up architecture$/m);
  const server = await startServer(['imagined', '--threads', '1'], ANY_PORT, registry);
  await within(server.stop(0), 60_000, 'the server to stop');
  expect(started.map((flags) => JSON.parse(flags) as unknown)).toMatchObject([{ threads: 1, queue: 64 }]);
});

it('variantsOf() lists each variant once, with the arguments that start it', () => {
  const variants = variantsOf(ARCHITECTURES);
  const commandLines = Object.fromEntries(variants.map((variant) => [variant.name, argumentsOf(variant).join(' ')]));
  expect(commandLines).toMatchObject({
    select: 'select --selector select',
    epoll: 'select --selector epoll',
    loops: 'select --selector epoll --loops 2',
    pool: 'pool --threads 16',
    net: 'net',
  });
  const pool = variants.find(({ name }) => name === 'pool')!;
  expect(argumentsOf(pool, 5)).toEqual(['pool', '--threads', '5']);
  expect(pool.description(5)).toContain('5 threads');
  expect(() => variantsOf({ ...ARCHITECTURES, other: ARCHITECTURES['pool']! })).toThrow('got pool twice');
});
