/** What the system refuses: one line says so, and the process ends. */
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ServerProcess, runToEnd, runToEndUnder } from './testing/server-process.ts';
import { NO_STRACE } from './testing/traced-server.ts';

const EXHAUST = fileURLToPath(new URL('testing/exhaust-memory.ts', import.meta.url));
const hasIPv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
const ONE_LINE = /^error: [^\n]*\n$/;

/**
 * Under strace, the system allows a process `count` threads and no further one. Node has five or six before the first one of a
 * server, for V8 and for signals.
 */
function withThreads(count: number): string[] {
  const inject = `inject=clone,clone3:error=EAGAIN:when=${count + 1}+`;
  return ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=clone,clone3', '-e', inject];
}

describe.skipIf(!hasIPv6 || process.platform !== 'linux')('an address with a zone (Linux with IPv6)', () => {
  it.for(['select', 'pool', 'net'])('%s listens on it', async (name) => {
    await using server = await ServerProcess.listening([name, '--port', '0', '--address', '::1%lo']);
    expect(server.stdout).toMatch(/^listening on \[::1\]:\d+ \(/);
    expect((await server.stop()).code).toBe(0);
  });

  it.for([
    ['fe80::1%lo', /EADDRNOTAVAIL .*; --address must be an address of this machine/],
    ['fe80::1', /EINVAL .*; a link-local address needs its network interface, such as fe80::1%eth0/],
    ['fe80::1%no-such', /if_nametoindex no-such: ENODEV .*; the part behind % must be a network interface/],
  ] as const)('the program exits with 2 and one line when it is %s', async ([address, reason]) => {
    const { code, stdout, stderr } = await runToEnd('select', '--port', '0', '--address', address);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toMatch(reason);
  });
});

describe.skipIf(NO_STRACE !== undefined)(`without threads (${NO_STRACE ?? 'strace is here'})`, () => {
  it.for([6, 7, 9, 11])('a pool exits with 2 and one line when the process may start %d threads', async (count) => {
    const args = ['pool', '--threads', '8', '--port', '0', '--table', 'none'];
    const { code, stdout, stderr } = await runToEndUnder(withThreads(count), ...args);
    expect([code, stdout]).toEqual([2, '']);
    // For its first thread, Node adds a line.
    const lines = stderr.split('\n').filter((line) => !line.includes('pthread_create'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^error: cannot start thread (accept|pool-\d): the system must allow it, got EAGAIN; raise the limit of threads/,
      ),
      '',
    ]);
  });
});

describe('out of memory', () => {
  it.for([
    ['pool', 'pool-1 start'],
    ['pool', 'accept start'],
    ['pool', 'pool-2 waits'],
    ['select', 'loop start'],
  ] as const)('%s exits with 1 and one line when a thread has no memory left: %s', async ([server, exhaust]) => {
    const threads = server === 'pool' ? ['--threads', '2'] : [];
    // Without events: a server that fails would write them to a file in the current folder.
    const args = [server, ...threads, '--port', '0', '--table', 'none', '--no-trace', '--log-level', 'silent'];
    // A small heap for threads that have no limit of their own.
    const options = `--max-old-space-size=64 --import=${EXHAUST}`;
    const { code, stderr } = await runToEndUnder(['env', `EXHAUST=${exhaust}`, `NODE_OPTIONS=${options}`], ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(ONE_LINE);
    const [name] = exhaust.split(' ');
    expect(stderr).toContain(`error: cannot serve: thread ${name!} must fit into its memory limit, got `);
  });
});
