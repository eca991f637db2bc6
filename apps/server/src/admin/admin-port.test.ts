/** The admin port of the program. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Peer, eventually } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { ECHO_MS } from '../stop-signal.ts';
import { ServerProcess, runToEnd } from '../testing/server-process.ts';

/** Far longer than the test: what ends before has not waited for it. */
const LONG_SECONDS = '3000';
const DEADLINE_MS = 60_000;
const SIGNALS = { intervalMs: ECHO_MS / 2 };

const SERVERS = [
  ['select', '--selector', 'poll'],
  ['select', '--selector', 'epoll', '--loops', '2'],
  ['pool', '--threads', '2'],
  ['net'],
].map((args) => ({ name: args.join(' '), args }));

/** A server with an admin port. */
async function start(
  ...args: string[]
): Promise<{ readonly server: ServerProcess; readonly url: string } & AsyncDisposable> {
  const server = await ServerProcess.listening([...args, '--port', '0', '--table', 'none', '--admin-port', '0']);
  const find = (): string | undefined => /^admin port at (\S+)$/m.exec(server.stdout)?.[1];
  const url = await server.find(find, AbortSignal.timeout(DEADLINE_MS));
  if (url === undefined) throw new Error(`cannot find the admin port: the server must print it, got ${server.output}`);
  return { server, url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function ask(url: string, method = 'GET'): Promise<readonly [status: number, body: string]> {
  const response = await fetch(url, { method });
  return [response.status, await response.text()];
}

/** Asks for a prime, and gets it. */
async function isServed(port: number): Promise<Peer> {
  const peer = await Peer.connect(port);
  await peer.sendRequest(2, 2);
  expect(await peer.readPrimes(await peer.readCount(), [2, 2])).toMatchObject({ count: 1 });
  return peer;
}

it('it answers while all threads of a pool are blocked', async () => {
  await using run = await start('pool', '--threads', '2');
  const peers = await Promise.all(Array.from({ length: 3 }, () => Peer.connect(run.server.port)));
  await eventually(async () => {
    const [, text] = await ask(`${run.url}/metrics`);
    expect(text).toContain('primes_threads{state="recv"} 2\n');
    expect(text).toContain('primes_queue_length 1\n');
  });
  expect(await ask(`${run.url}/readyz`)).toEqual([200, 'ready\n']);
  expect(await ask(`${run.url}/livez`)).toEqual([200, 'alive\n']);
  await Promise.all(peers.map((peer) => peer.close()));
  expect((await run.server.stop()).code).toBe(0);
});

describe.for(SERVERS)('$name', ({ args }) => {
  it('readiness ends when a drain begins, also that of POST /drain', async () => {
    await using run = await start(...args, '--drain-timeout', LONG_SECONDS, '--sum-timeout', LONG_SECONDS);
    // The exchange of this client keeps the drain from ending.
    await using peer = await isServed(run.server.port);
    expect(await ask(`${run.url}/readyz`)).toEqual([200, 'ready\n']);
    expect(await ask(`${run.url}/drain`, 'POST')).toEqual([202, 'draining\n']);
    expect(await ask(`${run.url}/readyz`)).toEqual([503, 'draining\n']);
    expect(await ask(`${run.url}/livez`)).toEqual([200, 'alive\n']);
    await eventually(async () => {
      // A new client is refused, or not accepted any more.
      await using refused = await Peer.connect(run.server.port).catch(() => undefined);
      if (refused !== undefined) expect(await refused.readCount()).toBe(-3);
    });
    await peer.sendSum(2n);
    const { code, stderr } = await run.server.ended();
    expect(code).toBe(0);
    expect(stderr).toContain('POST /drain: finishing the exchanges in progress');
    expect(stderr).toContain('served 1');
  });

  it('within the drain delay new and kept clients are served, and readiness has ended', async () => {
    await using run = await start(...args, '--drain-delay', LONG_SECONDS);
    await using kept = await isServed(run.server.port);
    await kept.sendSum(2n);
    expect(await ask(`${run.url}/drain`, 'POST')).toEqual([202, 'draining\n']);
    // A supervisor's signal that follows doesn't shorten the delay.
    run.server.signal('SIGTERM');
    await eventually(() => {
      expect(run.server.stderr).toContain(`no longer ready, but serving new clients for ${LONG_SECONDS} s`);
    });
    expect(await ask(`${run.url}/readyz`)).toEqual([503, 'draining\n']);
    for (let client = 0; client < 3; client += 1) {
      await using peer = await isServed(run.server.port);
      await peer.sendSum(2n);
    }
    await kept.sendRequest(2, 2);
    expect(await kept.readCount()).toBe(1);
    let ended = false;
    const end = run.server.ended().finally(() => (ended = true));
    // The first ones may count as echoes.
    await eventually(() => {
      if (!ended) run.server.signal('SIGTERM');
      expect(ended).toBe(true);
    }, SIGNALS);
    expect((await end).signal).toBe('SIGTERM');
  });

  it('after the drain delay the server stops as without one', async () => {
    await using run = await start(...args, '--drain-delay', '0.1');
    const { code, stderr } = await run.server.stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /SIGTERM: no longer ready, but serving new clients for 0\.1 s; .*\n.*SIGTERM: finishing the exchanges in progress/,
    );
  });
});

it('web pages can neither read the metrics nor stop the server', async () => {
  await using run = await start('select');
  const response = await fetch(`${run.url}/drain`, { method: 'POST', headers: { Origin: 'http://evil.example' } });
  expect(response.status).toBe(403);
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  expect(await ask(`${run.url}/readyz`)).toEqual([200, 'ready\n']);
  expect((await run.server.stop()).code).toBe(0);
});

it('an admin port that cannot be opened is bad usage', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const used = await runToEnd('select', '--port', '0', '--admin-port', String(port));
  taken.close();
  expect([used.code, used.stdout]).toEqual([2, '']);
  expect(used.stderr).toContain(`error: cannot open the admin port on 127.0.0.1:${port}: listen EADDRINUSE`);
  const alone = await runToEnd('select', '--port', '0', '--admin-address', '127.0.0.1');
  expect([alone.code, alone.stdout]).toEqual([2, '']);
  expect(alone.stderr).toContain('--admin-address needs --admin-port');
});

it('an admin port that other machines reach is in the log', async () => {
  await using run = await start('select', '--admin-address', '0.0.0.0');
  const { code, stderr } = await run.server.stop();
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /WARN: other machines can reach http:\/\/0\.0\.0\.0:\d+: everybody can read the metrics and stop the server\n/,
  );
});
