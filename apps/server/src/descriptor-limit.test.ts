import { Peer, REFUSED, eventually, throughout } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { LIMITED, MAX_DESCRIPTORS } from './testing/descriptor-limit.ts';
import { ServerProcess, runToEndUnder } from './testing/server-process.ts';

const NOTICE = 'accept: EMFILE: new clients wait until a client leaves; raise the limit with ulimit -n';
/** As many as the limit, of which the process itself needs some: not all can be accepted. */
const CLIENTS = MAX_DESCRIPTORS;
/** How long servers are watched while they wait, and the processor time that may cost: a spinning thread uses all. */
const WATCH_MS = 500;
const MOST_CPU_MS = 100;

interface LimitedServer {
  readonly name: string;
  readonly command: readonly string[];
  /** Threads that accept: each says once that it has to wait. */
  readonly accepting: number;
}

const SERVERS: readonly LimitedServer[] = [
  { name: 'select', command: ['select', '--selector', 'select'], accepting: 1 },
  { name: 'poll', command: ['select', '--selector', 'poll'], accepting: 1 },
  { name: 'epoll', command: ['select', '--selector', 'epoll'], accepting: 1 },
  { name: 'two loops', command: ['select', '--loops', '2'], accepting: 2 },
  // The queue has room for all clients, so it is the descriptors that run out.
  { name: 'pool', command: ['pool', '--threads', '1', '--queue', String(CLIENTS)], accepting: 1 },
];

describe.skipIf(process.platform !== 'linux')('without descriptors (processor time is read in /proc)', () => {
  it.for(SERVERS)(
    '$name waits and goes on, and says so once, when the process has no descriptor left',
    { timeout: 30_000 },
    async ({ command, accepting }) => {
      await using server = await ServerProcess.listening([...command, '--port', '0'], LIMITED);
      const peers = await Promise.all(Array.from({ length: CLIENTS }, () => Peer.connect(server.port)));
      await eventually(() => {
        expect(server.stderr).toContain(NOTICE);
      });

      const beforeMs = server.cpuMs;
      await throughout(() => {
        expect(server.cpuMs - beforeMs, 'milliseconds of processor time').toBeLessThan(MOST_CPU_MS);
      }, WATCH_MS);

      await Promise.all(
        peers.map(async (peer) => {
          await peer.sendRequest(2, 2);
          expect(await peer.readCount()).toBe(1);
          await peer.close();
        }),
      );
      const { code, stderr } = await server.stop();
      expect(code).toBe(0);
      expect(stderr.split(NOTICE).length - 1).toBeLessThanOrEqual(accepting);
      expect(stderr).toContain(`stopped after ${CLIENTS} connections`);
    },
  );

  it.for(SERVERS)(
    '$name stops when it is told while the process has no descriptor left',
    { timeout: 30_000 },
    async ({ command }) => {
      await using server = await ServerProcess.listening([...command, '--port', '0'], LIMITED);
      const peers = await Promise.all(Array.from({ length: CLIENTS }, () => Peer.connect(server.port)));
      await eventually(() => {
        expect(server.stderr).toContain(NOTICE);
      });
      const told = peers.map(async (peer) => {
        // For the last ones there may be no descriptor even now: they are not told, but cut off by the kernel.
        const count = await peer.readCount().catch(() => REFUSED.shuttingDown);
        await peer.close();
        return count;
      });
      const { code, stderr } = await server.stop();
      expect(code).toBe(0);
      expect(stderr).toMatch(/stopped after \d+ connections, refused-shutdown \d+\n/);
      expect(new Set(await Promise.all(told))).toEqual(new Set([REFUSED.shuttingDown]));
    },
  );

  it('pool ends at once and says why when the process has not descriptors enough for its threads', async () => {
    const { code, stdout, stderr } = await runToEndUnder(LIMITED, 'pool', '--threads', '16', '--port', '0');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: cannot start: .*; raise the limit of descriptors with ulimit -n, or ask for fewer/);
  });
});
