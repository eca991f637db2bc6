import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Peer, eventually } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { ServerProcess, runToEnd } from './testing/server-process.ts';

const SELECT = ['select', '--port', '0'];
const POOL = ['pool', '--port', '0', '--threads', '2'];
const SERVERS = { select: SELECT, pool: POOL };
const hasIPv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));

/** Requests 21 primes, and sends their sum or leaves without it. */
async function ask(port: number, { sum: sendsSum = true } = {}): Promise<void> {
  await using peer = await Peer.connect(port);
  await peer.sendRequest(100, 200);
  const { sum } = await peer.readPrimes(await peer.readCount(), [100, 200]);
  if (sendsSum) await peer.sendSum(sum);
  await peer.end();
  await peer.readEnd();
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

/** A client that has the whole answer to [2, 2]; the server waits for its sum. */
async function stall(server: ServerProcess): Promise<Peer> {
  const peer = await Peer.connect(server.port);
  await peer.sendRequest(2, 2);
  await peer.readPrimes(await peer.readCount(), [2, 2]);
  return peer;
}

describe('starting', () => {
  it.for([
    [SELECT, /^listening on 127\.0\.0\.1:\d+ \(select, quantum 16384\)\n$/],
    [[...SELECT, '--selector', 'poll', '--quantum', '1'], /^listening on 127\.0\.0\.1:\d+ \(poll, quantum 1\)\n$/],
    [POOL, /^listening on 127\.0\.0\.1:\d+ \(pool, 2 threads\)\n$/],
    [['pool', '-p', '0', '-t', '1'], /^listening on 127\.0\.0\.1:\d+ \(pool, 1 thread\)\n$/],
    [[...SELECT, '-a', 'localhost'], /^listening on (127\.0\.0\.1|\[::1\]):\d+ \(/],
  ] as const)('the program says in one line where it listens: %j', async ([args, line]) => {
    await using server = await ServerProcess.listening(args);
    const { stdout, code } = await server.stop();
    expect(stdout).toMatch(line);
    expect(code).toBe(0);
  });

  it.for(Object.values(SERVERS))(
    'the program serves and exits with 0 when its stdout is closed: %j',
    async ([name]) => {
      const port = await freePort();
      await using server = new ServerProcess([name!, '--port', String(port)]);
      server.closeStdout();
      await eventually(() => ask(port), { deadlineMs: 60_000 });
      const { code, stderr } = await server.stop();
      expect(code).toBe(0);
      expect(stderr).toMatch(/, served 1\n$/);
      expect(stderr).not.toContain('Warning');
    },
  );

  it('the program writes an IPv6 address in brackets', async (test) => {
    if (!hasIPv6) test.skip('this machine has no IPv6 loopback address');
    await using server = await ServerProcess.listening([...SELECT, '--address', '::1']);
    expect(server.stdout).toMatch(/^listening on \[::1\]:\d+ \(/);
  });
});

describe('usage', () => {
  it.for(Object.keys(SERVERS))('the program gives help with examples for %s, and 0', async (name) => {
    const { code, stdout, stderr } = await runToEnd(name, '--help');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Usage: concurrent-primes-server (select|pool) \[options\]\n/);
    expect(stdout).toContain(`\nExamples:\n  $ concurrent-primes-server ${name} `);
    expect(stdout).toContain('--log-level');
  });

  it('the program names its servers when asked for help', async () => {
    const { code, stdout } = await runToEnd('--help');
    expect(code).toBe(0);
    for (const name of Object.keys(SERVERS)) expect(stdout).toMatch(new RegExp(`^  ${name} \\[options\\] `, 'm'));
  });

  it('the program gives help as a complaint, and 2, when no server is named', async () => {
    const { code, stdout, stderr } = await runToEnd();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: concurrent-primes-server');
  });

  it.for([
    [
      ['select', '--port', '65536'],
      'cannot use -p, --port <port>: it must be a whole number from 0 to 65535, got 65536',
    ],
    [['select', '--quantum', '0'], 'cannot use --quantum <n>: it must be a whole number from 1 to 81920, got 0'],
    [
      ['select', '--selector', 'kqueue'],
      'cannot use --selector <kind>: it must be one of select, poll, epoll, got kqueue',
    ],
    [['pool', '--threads', '0'], 'cannot use -t, --threads <n>: it must be a whole number from 1 to 1024, got 0'],
    [
      ['pool', '--idle-timeout', '0'],
      'cannot use --idle-timeout <seconds>: it must be a number of seconds, more than 0 and at most 1000000, got 0',
    ],
    [
      ['select', '--address', ''],
      'cannot use -a, --address <host>: it must be a host name or a numeric address, got nothing',
    ],
    [['pool', '--quantum', '1'], "unknown option '--quantum'"],
    [['serve'], "unknown command 'serve'"],
  ] as const)('the program says what is wrong in one line, and 2: %j', async ([args, message]) => {
    expect(await runToEnd(...args)).toEqual({ code: 2, signal: undefined, stdout: '', stderr: `error: ${message}\n` });
  });
});

describe('an address that cannot be had', () => {
  it.for(Object.keys(SERVERS))('%s says so in one line, and 2, when the port is in use', async (name) => {
    await using server = await ServerProcess.listening(SELECT);
    const { port } = server;
    expect(await runToEnd(name, '--port', String(port))).toEqual({
      code: 2,
      signal: undefined,
      stdout: '',
      stderr:
        `error: cannot listen on 127.0.0.1:${port}: bind 127.0.0.1:${port}: EADDRINUSE (address already in use); ` +
        'choose another port with --port, 0 takes a free one\n',
    });
  });

  it.for(['192.0.2.1', 'no-such-host.invalid', 'not an address'])(
    'select says so in one line, and 2: %s',
    async (address) => {
      const { code, stdout, stderr } = await runToEnd('select', '--port', '0', '--address', address);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(new RegExp(`^error: cannot listen on ${address}:0: [^\\n]+\\n$`));
      expect(stderr).toContain('; --address must be an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0');
    },
  );
});

describe.for(Object.entries(SERVERS))('signals: %s', ([, args]) => {
  it.for(['SIGTERM', 'SIGINT'] as const)('%s ends the program with exit code 0 and a summary', async (signal) => {
    await using server = await ServerProcess.listening(args);
    await ask(server.port);
    await ask(server.port, { sum: false });
    server.signal(signal);
    const { code, stderr } = await server.ended();
    expect(code).toBe(0);
    expect(stderr).toContain(
      `${signal}: finishing the exchanges in progress, for at most 10 s; press Ctrl-C again to exit at once\n`,
    );
    expect(stderr).toContain('stopped after 2 connections, served 1, no-sum 1\n');
  });

  it('a signal lets exchanges in progress finish', async () => {
    await using server = await ServerProcess.listening(args);
    await using peer = await stall(server);
    server.signal('SIGTERM');
    await eventually(async () => {
      // A server that refuses connections has received the signal.
      await using late = await Peer.connect(server.port).catch(() => undefined);
      expect(late).toBeUndefined();
    });
    await peer.sendSum(2n);
    expect(await peer.readEnd()).toEqual({ how: 'end', discarded: 0 });
    const { code, stderr } = await server.ended();
    expect(code).toBe(0);
    expect(stderr).toMatch(/stopped after \d+ connections, served 1[,\n]/);
  });

  it('a signal ends the program after the drain timeout while a client stalls', async () => {
    await using server = await ServerProcess.listening([...args, '--drain-timeout', '0']);
    await using peer = await stall(server);
    const { code, stderr } = await server.stop();
    expect(code).toBe(0);
    expect(await peer.readEnd()).toEqual({ how: 'end', discarded: 0 });
    expect(stderr).toContain('stopped after 1 connections, shutdown 1\n');
  });

  it('a second signal ends the program at once while a client stalls', async () => {
    await using server = await ServerProcess.listening(args);
    await using peer = await stall(server);
    server.signal('SIGTERM');
    await eventually(() => {
      expect(server.stderr).toContain('press Ctrl-C again to exit at once');
    });
    // Signals that follow the first one too soon are taken for its echoes, so send them until one has an effect.
    const press = setInterval(() => {
      server.signal('SIGINT');
    }, 50);
    try {
      expect(await server.ended()).toMatchObject({ code: undefined, signal: 'SIGINT' });
    } finally {
      clearInterval(press);
    }
    expect((await peer.readEnd()).discarded).toBe(0);
  });
});

describe('logging', () => {
  it('the program logs a line for each client when the level is debug', async () => {
    await using server = await ServerProcess.listening([...POOL, '--log-level', 'debug']);
    await ask(server.port);
    const { stderr } = await server.stop();
    expect(stderr).toMatch(
      /DEBUG: 127\.0\.0\.1:\d+ \[100, 200\], N 21, 88 B, sum right, (\d+\.\d\d s in the queue, )?\d+\.\d ms, pool-[12], served\n/,
    );
  });

  it('the program logs only unusual outcomes when the level is info', async () => {
    await using server = await ServerProcess.listening(SELECT);
    await (await Peer.connect(server.port)).close(); // a probe
    await ask(server.port);
    const truncated = await Peer.connect(server.port);
    await truncated.send(Uint8Array.of(0));
    await truncated.close();
    await eventually(() => {
      expect(server.stderr).toContain('truncated-request');
    });
    const { stderr } = await server.stop();
    expect(stderr).toMatch(
      /^\[[\d:.]+\] INFO: 127\.0\.0\.1:\d+ no request, no N, 0 B, [^\n]*, loop, truncated-request: /,
    );
    expect(stderr.match(/127\.0\.0\.1/g)).toHaveLength(1);
    expect(stderr).toContain('stopped after 3 connections, served 1, probe 1, truncated-request 1\n');
  });

  it('the program logs one JSON object a line when the format is json', async () => {
    await using server = await ServerProcess.listening([...SELECT, '--log-format', 'json', '--log-level', 'debug']);
    await ask(server.port);
    const { stderr } = await server.stop();
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(3);
    // The lines of the client and of the signal come in any order.
    expect(lines.find((line) => 'client' in line)).toMatchObject({
      level: 20,
      client: { outcome: 'served', interval: [100, 200], count: 21, bytesSent: 88, sum: 'right', thread: 'loop' },
    });
    expect(lines[2]).toMatchObject({ level: 30, msg: 'stopped after 1 connections, served 1' });
  });

  it('the program shares its port only with --reuse-port, in both servers', async () => {
    await using first = await ServerProcess.listening([...SELECT, '--reuse-port']);
    const port = String(first.port);
    await using second = await ServerProcess.listening(['select', '--port', port, '--reuse-port', '--table', 'none']);
    expect(second.port).toBe(first.port);
    expect((await runToEnd('select', '--port', port)).stderr).toContain('EADDRINUSE');
    await ask(first.port);
    const ends = [await first.stop(), await second.stop()];
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const served = ends.map(({ stderr }) => Number(/stopped after (\d+) connections/.exec(stderr)![1]));
    expect(served[0]! + served[1]!).toBe(1);
  });

  it('the program logs nothing when the level is silent', async () => {
    await using server = await ServerProcess.listening([...POOL, '--log-level', 'silent']);
    await ask(server.port);
    expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
  });
});
