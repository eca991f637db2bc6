import { Peer, eventually, throughout } from '@concurrent-primes/fixtures';
import { expect, it } from 'vitest';
import { ServerProcess } from './testing/server-process.ts';

const MAX_DESCRIPTORS = 64;
/** A shell that gives what it becomes a limit of its own. */
const LIMITED = ['sh', '-c', `ulimit -n ${MAX_DESCRIPTORS} && exec "$@"`, 'sh'];
const NOTICE = 'accept: EMFILE: new clients wait until one leaves; raise the limit with ulimit -n';

it(
  'pool waits and goes on, and says so once, when the process has no descriptor left',
  { timeout: 30_000 },
  async (test) => {
    if (process.platform !== 'linux') test.skip('this test reads /proc, which Linux has');
    // The queue has room for all of them, so it is the descriptors that run out.
    await using server = await ServerProcess.listening(['pool', '--port', '0', '--threads', '1'], LIMITED);
    const peers = await Promise.all(Array.from({ length: MAX_DESCRIPTORS }, () => Peer.connect(server.port)));
    await eventually(() => {
      expect(server.stderr).toContain(NOTICE);
    });

    const beforeMs = server.cpuMs;
    await throughout(() => {
      // A spinning thread would use all of the time that passes.
      expect(server.cpuMs - beforeMs).toBeLessThan(150);
    }, 400);

    for (const peer of peers) {
      await peer.sendRequest(2, 2);
      expect(await peer.readCount()).toBe(1);
      await peer.close();
    }
    const { code, stderr } = await server.stop();
    expect(code).toBe(0);
    expect(stderr.split(NOTICE)).toHaveLength(2);
    expect(stderr).toContain(`stopped after ${MAX_DESCRIPTORS} connections`);
  },
);
