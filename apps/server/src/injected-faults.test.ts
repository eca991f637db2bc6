/** Errors of system calls that only a fault of the system, the network or a peer explains, made by strace. */
import { Peer } from '@concurrent-primes/conformance';
import { describe, expect, it } from 'vitest';
import { ServerProcess } from './testing/server-process.ts';
import { NO_STRACE } from './testing/traced-server.ts';

/** Starts a server some of whose calls fail, as `strace -e inject=` says. */
async function startInjected(inject: string, ...args: string[]): Promise<ServerProcess> {
  const [call] = inject.split(':');
  const strace = ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call!}`, '-e', `inject=${inject}`];
  return await ServerProcess.listening([...args, '--port', '0', '--table', 'none'], strace);
}

async function ask(port: number): Promise<void> {
  await using peer = await Peer.connect(port);
  await peer.sendRequest(100, 200);
  expect(await peer.readCount()).toBe(21);
}

const SERVERS: readonly (readonly string[])[] = [
  ['select'],
  ['select', '--selector', 'epoll'],
  ['pool', '--threads', '2'],
];
/** All of them for one server: the others share the list, and differ in what they do then. */
const ERRORS = ['EPERM', 'ETIMEDOUT', 'EHOSTDOWN', 'ENONET', 'EOPNOTSUPP', 'ECONNABORTED', 'EPROTO'].flatMap(
  (error, index) => (index === 0 ? SERVERS : [['select']]).map((args) => [args.join(' '), error, args] as const),
);

describe.skipIf(NO_STRACE !== undefined)(`calls that fail (${NO_STRACE ?? 'strace is here'})`, () => {
  it.for(ERRORS)('%s serves on after accept failed with %s', async ([, error, args]) => {
    await using server = await startInjected(`accept4:error=${error}:when=1..20`, ...args);
    await ask(server.port);
    await ask(server.port);
    expect((await server.stop()).code).toBe(0);
  });

  it.for(SERVERS)('%s serves a client whose address the kernel does not tell', async (args) => {
    await using server = await startInjected('getpeername:error=ENOBUFS', ...args);
    await ask(server.port);
    expect((await server.stop()).code).toBe(0);
  });

  it('a pool ends with the right error when a call fails by its own fault, and all its threads are woken', async () => {
    // Each of the two threads makes a call in its rehearsal. Without events: a server that fails would write them to a
    // file in the current folder.
    await using server = await startInjected('recvfrom:error=EBADF:when=4', 'pool', '--threads', '2', '--no-trace');
    const idle = await Peer.connect(server.port);
    const asking = await Peer.connect(server.port);
    await asking.sendRequest(100, 200);
    const { code, stderr } = await server.exited;
    expect(code).toBe(1);
    expect(stderr).toContain('EBADF');
    expect(stderr).not.toContain('ENOTSOCK');
    await Promise.all([idle.close(), asking.close()]);
  });
});
