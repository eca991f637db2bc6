/** Watching by the command line: what it prints, records and refuses. */
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Peer, eventually } from '@concurrent-primes/fixtures';
import { openRecording, type Recording } from '@concurrent-primes/trace';
import { expect, it, onTestFinished } from 'vitest';
import { ServerProcess, runToEnd } from '../testing/server-process.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'concurrent-primes-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

function readBack(path: string): Promise<Recording> {
  return openRecording(createReadStream(path));
}

it.each([['select'], ['pool', '--threads', '2'], ['net']])(
  'records what a %s server does, up to its end',
  async (...command) => {
    const path = join(folder(), 'run.cpr');
    await using server = await ServerProcess.listening([...command, '--port', '0', '--record', path]);
    {
      await using peer = await Peer.connect(server.port);
      await peer.sendRequest(100, 200);
      const { sum } = await peer.readPrimes(await peer.readCount(), [100, 200]);
      await peer.sendSum(sum);
      await peer.end();
      await peer.readEnd();
    }
    expect((await server.stop()).code).toBe(0);
    const { state } = await readBack(path);
    expect(state.server.name).toBe(command[0]);
    expect(state.totals).toMatchObject({ accepted: 1, closed: 1 });
    expect(state.mismatches).toEqual([]);
  },
);

it('writes what it did last, and how it stands, at SIGUSR2', async () => {
  const path = folder();
  const command = ['pool', '--threads', '2', '--port', '0'];
  const inFolder = ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', path];
  await using server = await ServerProcess.listening([...command, '--drain-timeout', '0'], inFolder);
  await using idle = await Peer.connect(server.port);
  await idle.sendRequest(2, 10);
  expect(await idle.readCount()).toBe(4);
  const written = /SIGUSR2: (\S+\.cpr) has what the server did last/g;
  for (const count of [1, 2]) {
    server.signal('SIGUSR2');
    await eventually(() => {
      expect([...server.stderr.matchAll(written)], server.stderr).toHaveLength(count);
    });
  }
  const files = [...server.stderr.matchAll(written)].map(([, file]) => file!);
  expect(files.every((file) => file.startsWith(path))).toBe(true);
  for (const file of files) {
    const { state } = await readBack(file);
    expect([...state.clients.values()]).toMatchObject([{ place: 'thread', interval: [2, 10], count: 4, stage: 'sum' }]);
  }
  expect((await server.stop()).code).toBe(0);
});

it('writes what it did last when a client waits for another one', async () => {
  const path = folder();
  const command = ['pool', '--threads', '1', '--port', '0', '--record-slow', '300', '--drain-timeout', '0'];
  const inFolder = ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', path];
  await using server = await ServerProcess.listening(command, inFolder);
  await using silent = await Peer.connect(server.port);
  await silent.send(Uint8Array.of(0));
  await using waiting = await Peer.connect(server.port);
  const [, file] = await eventually(() => {
    const found = /s2 has waited \d\.\d s for another client: (\S+\.cpr) has what the server did last/.exec(
      server.stderr,
    );
    expect(found, server.stderr).not.toBeNull();
    return found!;
  });
  const { state } = await readBack(file!);
  expect([...state.clients.values()]).toMatchObject([
    { ordinal: 1, place: 'thread', bytesGot: 1 },
    { ordinal: 2, place: 'queue' },
  ]);
  await waiting.close();
  expect((await server.stop()).code).toBe(0);
});

it('writes what it did last when a request was slow, once for many', async () => {
  const path = folder();
  const command = ['select', '--port', '0', '--record-slow', '1'];
  const inFolder = ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', path];
  await using server = await ServerProcess.listening(command, inFolder);
  for (let index = 0; index < 3; index += 1) {
    await using peer = await Peer.connect(server.port);
    await peer.sendRequest(2, 2_000_000);
    const { sum } = await peer.readPrimes(await peer.readCount(), [2, 2_000_000]);
    await peer.sendSum(sum);
    await peer.end();
    await peer.readEnd();
  }
  await eventually(() => {
    expect(server.stderr).toMatch(
      /a request of 127\.0\.0\.1:\d+ took \d+\.\d\d s: \S+\.cpr has what the server did last/,
    );
  });
  expect((await server.stop()).code).toBe(0);
  expect(readdirSync(path)).toHaveLength(1);
});

it('writes what it did last when it fails', async (test) => {
  if (spawnSync('strace', ['-V']).error !== undefined) test.skip('strace must be installed: it makes accept fail');
  const path = folder();
  const failing = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=accept4', '-e', 'inject=accept4:error=EBADF'];
  const inFolder = ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', path, 'strace', ...failing];
  await using server = await ServerProcess.listening(['select', '--port', '0'], inFolder);
  // The server may fail before the connection stands.
  const client = await Peer.connect(server.port).catch(() => undefined);
  const { code, stderr } = await server.ended();
  expect(code).not.toBe(0);
  await client?.close();
  const [, file] = /the server has failed: (\S+\.cpr) has what the server did last/.exec(stderr) ?? [];
  const { state } = await readBack(file!);
  expect(state.threads[0]).toMatchObject({ turn: 1, s0Ready: true });
});

it('says why it writes nothing at SIGUSR2, and serves on', async () => {
  await using server = await ServerProcess.listening(['select', '--port', '0', '--no-trace']);
  server.signal('SIGUSR2');
  await eventually(() => {
    expect(server.stderr).toContain('WARN: SIGUSR2: cannot write what the server did last: cannot watch this server');
  });
  expect((await server.stop()).code).toBe(0);
});

it('prints the address of the page, at the port that was asked for', async () => {
  await using server = await ServerProcess.listening(['select', '--port', '0', '--watch']);
  const url = await eventually(() => {
    const [, found] =
      /^listening on .*\nwatch it at (http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+)\n$/.exec(server.stdout) ?? [];
    expect(found).toBeDefined();
    return found!;
  });
  const { port } = new URL(url);
  expect((await fetch(url)).status).toBe(200);
  const second = await runToEnd('select', '--port', '0', '--watch-port', port);
  expect(second).toMatchObject({ code: 2 });
  expect(second.stderr).toMatch(
    /^error: cannot serve the page on port \d+: .*EADDRINUSE.*; choose another with --watch-port$/m,
  );
  expect((await server.stop()).code).toBe(0);
});

it('refuses to watch in a terminal that is none', async () => {
  const piped = await runToEnd('select', '--port', '0', '--watch=terminal');
  expect(piped).toMatchObject({ code: 2, stdout: '' });
  expect(piped.stderr).toBe(
    'error: cannot watch in the terminal: stdin and stdout must be one; --watch alone serves a page\n',
  );
});

it('refuses to watch without events, and to record where it cannot write', async () => {
  const silent = await runToEnd('select', '--port', '0', '--watch', '--no-trace');
  expect(silent).toMatchObject({ code: 2, stdout: '' });
  expect(silent.stderr).toBe('error: cannot watch or record without events: leave --no-trace out\n');
  const path = join(folder(), 'missing', 'run.cpr');
  const lost = await runToEnd('pool', '--threads', '2', '--port', '0', '--record', path);
  expect(lost.code).toBe(2);
  expect(lost.stderr).toMatch(new RegExp(`^error: cannot record to ${path}: ENOENT`, 'm'));
});
