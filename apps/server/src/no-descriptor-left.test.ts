import { Peer, REFUSED, eventually, throughout } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, argumentsOf, variantsOf } from './architectures.ts';
import { ownFlags } from './testing/contract-flags.ts';
import { LIMITED, MAX_DESCRIPTORS, WAITING } from './testing/descriptor-limit.ts';
import { ServerProcess, runToEndUnder } from './testing/server-process.ts';

const NOTICE = 'accept: EMFILE: new clients wait until a client leaves; raise the limit with ulimit -n';
/** Not all of these clients can be accepted: the process needs some of the descriptors. */
const CLIENTS = MAX_DESCRIPTORS;
/** Time that waiting servers are observed, and their most processor time: a spinning thread would use all. */
const WATCH_MS = 500;
const MOST_CPU_MS = 100;

interface LimitedServer {
  readonly name: string;
  readonly command: readonly string[];
  /** Number of threads that accept. Each sends one notice. */
  readonly accepting: number;
  /** Why the server can't be tested here. */
  readonly unfit: string | undefined;
}

const SERVERS = variantsOf(ARCHITECTURES).map(({ architecture, ...variant }): LimitedServer => {
  const { threadPerClient, without } = architecture.capabilities;
  // A queue with room for all clients lets the descriptors run out first.
  const room = threadPerClient ? ownFlags(architecture, { threads: 1, queue: CLIENTS }) : [];
  const command = [...argumentsOf({ architecture, ...variant }), ...room, ...WAITING];
  return {
    name: variant.name,
    command,
    accepting: threadPerClient ? 1 : (variant.threads?.default ?? 1),
    unfit: without?.['descriptor-limit'],
  };
});

describe.skipIf(process.platform !== 'linux')('without descriptors (processor time is read in /proc)', () => {
  it.for(SERVERS)(
    '$name waits and continues, with one notice, when the process has no descriptor left',
    async ({ command, accepting, unfit }, test) => {
      if (unfit !== undefined) test.skip(unfit);
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

  it.for(SERVERS)('$name stops while the process has no descriptor left', async ({ command, unfit }, test) => {
    if (unfit !== undefined) test.skip(unfit);
    await using server = await ServerProcess.listening([...command, '--port', '0'], LIMITED);
    const peers = await Promise.all(Array.from({ length: CLIENTS }, () => Peer.connect(server.port)));
    await eventually(() => {
      expect(server.stderr).toContain(NOTICE);
    });
    const told = peers.map(async (peer) => {
      // There may be no descriptor for the last clients: the kernel resets them.
      const count = await peer.readCount().catch(() => REFUSED.shuttingDown);
      await peer.close();
      return count;
    });
    const { code, stderr } = await server.stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(/stopped after \d+ connections, refused-shutdown \d+\n/);
    expect(new Set(await Promise.all(told))).toEqual(new Set([REFUSED.shuttingDown]));
  });

  it('pool exits with 2 and a reason when there are not enough descriptors for its threads', async () => {
    const { code, stdout, stderr } = await runToEndUnder(LIMITED, 'pool', '--threads', '16', '--port', '0');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    // A thread that has started may have warned before.
    expect(stderr).toMatch(
      /^error: cannot start: .*; raise the limit of descriptors with ulimit -n, or ask for fewer threads$/m,
    );
  });
});
