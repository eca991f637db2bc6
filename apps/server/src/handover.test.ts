import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPath, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Peer } from '@concurrent-primes/fixtures';
import { connect, listen } from '@concurrent-primes/sockets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ARCHITECTURES, argumentsOf, variantsOf } from './architectures.ts';
import { Handover } from './handover.ts';
import { ServerProcess, runToEnd } from './testing/server-process.ts';

const SERVERS = variantsOf(ARCHITECTURES).map((variant) => ({ name: variant.name, args: argumentsOf(variant, 2) }));

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'handover-'));
  path = join(directory, 'socket');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

// Only Linux passes descriptors here.
describe.skipIf(process.platform !== 'linux')('Handover', () => {
  it('takes the socket from one that offers it, which hears when this one serves, and so on', async () => {
    using opened = listen({ host: '127.0.0.1', port: 0, nonBlocking: true });
    using first = await Handover.take(path);
    expect(first.listener).toBeUndefined();
    await first.serving(opened);

    using second = await Handover.take(path);
    using taken = second.listener!;
    expect(taken.localAddress()).toEqual(opened.localAddress());
    expect([first.isGiven, second.isGiven]).toEqual([true, false]);
    await second.serving(taken);
    await first.handedOver;

    using third = await Handover.take(path);
    using last = third.listener!;
    await third.serving(last);
    await second.handedOver;
    using client = connect(last.localAddress());
    expect(last.accept()?.peerPort).toBe(client.localAddress().port);
    expect(readdirSync(directory)).toEqual(['socket']);
  });

  it('goes on offering when the one that took the socket never serves', async () => {
    using opened = listen({ host: '127.0.0.1', port: 0 });
    using first = await Handover.take(path);
    await first.serving(opened);
    {
      using failed = await Handover.take(path);
      failed.listener!.close();
      await expect(Handover.take(path)).rejects.toThrow(
        `cannot take over from the server at ${path}: another server is taking over`,
      );
    }
    await expect.poll(() => first.isGiven).toBe(false);
    using second = await Handover.take(path);
    second.listener!.close();
  });

  it('removes the path when it is disposed of', async () => {
    using opened = listen({ host: '127.0.0.1', port: 0 });
    {
      using first = await Handover.take(path);
      await first.serving(opened);
      expect(existsSync(path)).toBe(true);
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  it('replaces the file of a server that was killed', async () => {
    const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', program]), 'exit');
    expect(existsSync(path)).toBe(true);
    using opened = listen({ host: '127.0.0.1', port: 0 });
    using first = await Handover.take(path);
    expect(first.listener).toBeUndefined();
    await first.serving(opened);
    using second = await Handover.take(path);
    second.listener!.close();
  });

  it('throws one clear line when something else is at the path', async () => {
    await expect(Handover.take(join(directory, 'no', 'folder', 'x'.repeat(200)))).rejects.toThrow(
      'cannot use the handover',
    );
    const other = createServer((socket) => {
      socket.resume().end('hello\n');
    }).listen(path);
    await once(other, 'listening');
    await expect(Handover.take(path)).rejects.toThrow(`cannot take over from the server at ${path}: hello`);
    other.close();
    await once(other, 'close');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('a request for anything but the socket is refused', async () => {
    using opened = listen({ host: '127.0.0.1', port: 0 });
    using first = await Handover.take(path);
    await first.serving(opened);
    const socket = connectPath(path);
    socket.write('give me\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe("error 'take PATH' must come first, got 'give'\n");
    socket.destroy();
    using second = await Handover.take(path);
    second.listener!.close();
  });

  it.each(SERVERS)('$name hands its socket over to another $name, and ends', async ({ args }) => {
    const own = [...args, '--table', 'none', '--port', '0', '--handover', path];
    await using first = await ServerProcess.listening(own);
    await using kept = await Peer.connect(first.port);
    await kept.sendRequest(2, 2);
    expect(await kept.readCount()).toBe(1);
    await using second = await ServerProcess.listening(own);
    expect(second.port).toBe(first.port);
    // The first one finishes this exchange, and the second one has all new clients.
    await kept.readPrimes(1, [2, 2]);
    await kept.sendSum(2n);
    await kept.end();
    const { code, stderr } = await first.ended();
    expect(stderr).toContain('handed over: finishing the exchanges in progress');
    expect(code).toBe(0);
    await using later = await Peer.connect(second.port);
    await later.sendRequest(2, 2);
    expect(await later.readCount()).toBe(1);
    await later.close();
    const end = await second.stop();
    expect(end.code).toBe(0);
    expect(end.stderr).toContain(`took the listening socket over at ${path}`);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('a pool takes over from a select server', async () => {
    const own = ['--table', 'none', '--port', '0', '--handover', path];
    await using first = await ServerProcess.listening(['select', ...own]);
    await using second = await ServerProcess.listening(['pool', '--threads', '2', ...own]);
    expect(second.port).toBe(first.port);
    expect((await first.ended()).code).toBe(0);
    await using peer = await Peer.connect(second.port);
    await peer.sendRequest(2, 2);
    expect(await peer.readCount()).toBe(1);
    await peer.close();
    expect((await second.stop()).code).toBe(0);
  });

  it('a server exits with 2 and one line when it can not use the path', async () => {
    writeFileSync(path, 'a file');
    const { code, stderr } = await runToEnd('select', '--port', '0', '--handover', join(path, 'below'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: cannot use the handover path .*ENOTDIR.*\n$/);
  });
});
