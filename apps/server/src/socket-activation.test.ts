/** Socket activation, with the tool of systemd that passes sockets without systemd being the first process. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Peer, eventually, whyMissing } from '@concurrent-primes/fixtures';
import { ProcessGroup, freePort } from '@concurrent-primes/harness';
import { UnixDatagram } from '@concurrent-primes/sockets';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, argumentsOf, variantsOf } from './architectures.ts';
import { ServerProcess } from './testing/server-process.ts';

const NO_ACTIVATE = whyMissing('systemd-socket-activate', ['--version']);
const NO_ANALYZE = whyMissing('systemd-analyze', ['--version']);
const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const UNITS = ['concurrent-primes.socket', 'concurrent-primes@.service'];
const TIMEOUT_MS = 60_000;
const SERVERS = variantsOf(ARCHITECTURES).map((variant) => ({ name: variant.name, args: argumentsOf(variant, 2) }));

/** Starts the tool, and waits until it listens. It becomes the server when the first client connects. */
async function activated(args: readonly string[], flags: readonly string[]): Promise<ServerProcess> {
  const server = new ServerProcess([...args, '--table', 'none'], ['systemd-socket-activate', ...flags]);
  const sockets = flags.filter((flag) => flag === '-l').length;
  await server.find(
    () => server.stderr.split('Listening on ').length > sockets || undefined,
    AbortSignal.timeout(TIMEOUT_MS),
  );
  return server;
}

async function expectServed(port: number): Promise<void> {
  await using peer = await Peer.connect(port);
  await peer.sendRequest(2, 2);
  expect(await peer.readCount()).toBe(1);
  await peer.close();
}

function received(receiver: UnixDatagram): string | undefined {
  const bytes = new Uint8Array(200);
  const message = receiver.receive(bytes);
  return message && new TextDecoder().decode(bytes.subarray(0, message.length));
}

/** A server may serve before it says where it listens. */
async function expectToSay(server: ServerProcess, port: number): Promise<void> {
  await eventually(() => {
    expect(server.stdout).toMatch(new RegExp(`^listening on 127\\.0\\.0\\.1:${port} `, 'm'));
  });
}

describe('socket activation', () => {
  it.for(SERVERS)(
    '$name serves the client that it was started for, and tells the service manager',
    async ({ name, args }, test) => {
      if (NO_ACTIVATE !== undefined) test.skip(NO_ACTIVATE);
      const address = `@activation-${process.pid}-${name}`;
      using receiver = UnixDatagram.receiver(address);
      const port = await freePort();
      const flags = ['-l', `127.0.0.1:${port}`, '-E', `NOTIFY_SOCKET=${address}`];
      await using server = await activated(args, flags);
      expect(received(receiver)).toBeUndefined();
      await expectServed(port);
      await expect.poll(() => received(receiver)).toBe(`READY=1\nSTATUS=listening on 127.0.0.1:${port}`);
      await expectToSay(server, port);
      const { code, stderr } = await server.stop();
      expect(received(receiver)).toBe('STOPPING=1\nSTATUS=finishing the exchanges in progress');
      expect(stderr).toContain('the listening socket is that of the service manager');
      expect(code).toBe(0);
    },
  );

  it('takes the socket named primes out of several', async (test) => {
    if (NO_ACTIVATE !== undefined) test.skip(NO_ACTIVATE);
    const [other, port] = [await freePort(), await freePort()];
    const flags = ['-l', `127.0.0.1:${other}`, '-l', `127.0.0.1:${port}`, '--fdname=other:primes'];
    await using server = await activated(['select'], flags);
    await expectServed(port);
    await expectToSay(server, port);
    await expect(Peer.connect(other)).rejects.toThrow('ECONNREFUSED');
    expect((await server.stop()).code).toBe(0);
  });

  it('exits with 2 and one line when the socket is no TCP socket', async (test) => {
    if (NO_ACTIVATE !== undefined) test.skip(NO_ACTIVATE);
    const directory = mkdtempSync(join(tmpdir(), 'activation-'));
    const path = join(directory, 'socket');
    await using server = await activated(['select'], ['-l', path]);
    const client = connect(path).on('error', () => undefined);
    const { code, stderr } = await server.ended();
    client.destroy();
    rmSync(directory, { recursive: true });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'error: cannot use the sockets of the service manager: cannot listen on descriptor 3: ' +
        'it must be a listening TCP socket, got a socket of another protocol\n',
    );
  });

  it('exits with 2 and one line when there is a handover path too', async (test) => {
    if (NO_ACTIVATE !== undefined) test.skip(NO_ACTIVATE);
    const port = await freePort();
    await using server = await activated(['select', '--handover', '/nowhere'], ['-l', `127.0.0.1:${port}`]);
    const client = connect(port, '127.0.0.1').on('error', () => undefined);
    const { code, stderr } = await server.ended();
    client.destroy();
    expect(code).toBe(2);
    expect(stderr).toContain('error: cannot use --handover: the service manager keeps the listening socket');
  });
});

describe('deploy', () => {
  it('has units that systemd-analyze accepts', async (test) => {
    if (NO_ANALYZE !== undefined) test.skip(NO_ANALYZE);
    const directory = mkdtempSync(join(tmpdir(), 'units-'));
    for (const name of UNITS) {
      // The program that a unit starts must exist.
      const text = readFileSync(join(DEPLOY, name), 'utf8').replace('/usr/bin/node', process.execPath);
      writeFileSync(join(directory, name), text);
    }
    const instance = UNITS.map((name) => join(directory, name.replace('@.', '@a.')));
    await using run = new ProcessGroup(['systemd-analyze', 'verify', '--man=no', ...instance]);
    const { code, stdout, stderr } = await run.closed;
    rmSync(directory, { recursive: true });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('starts a command that exists', async () => {
    const unit = readFileSync(join(DEPLOY, 'concurrent-primes@.service'), 'utf8');
    const args = /^ExecStart=\/usr\/bin\/node \S+\/main\.js (.*)$/m.exec(unit)![1]!.split(' ');
    await using server = await ServerProcess.listening([...args, '--port', '0']);
    expect((await server.stop()).code).toBe(0);
  });
});
