import { Peer } from '@concurrent-primes/fixtures';
import { expect, it } from 'vitest';
import { ARCHITECTURES, argumentsOf, variantsOf } from './architectures.ts';
import { defaultMaxClients } from './default-max-clients.ts';
import { LIMITED, MAX_DESCRIPTORS } from './testing/descriptor-limit.ts';
import { ServerProcess } from './testing/server-process.ts';

it.for([
  [{ threads: 1 }, 1024, 911],
  [{ threads: 1, capacity: 1024 }, 20_000, 911],
  [{ threads: 1 }, 20_000, 19_887],
  [{ threads: 4 }, 20_000, 19_668],
  [{ threads: 1 }, 64, 12],
  [{ threads: 17 }, 64, 1],
] as const)('defaultMaxClients() keeps a reserve: %j of %d descriptors', ([use, limit, expected]) => {
  expect(defaultMaxClients(use, limit)).toBe(expected);
});

it('defaultMaxClients() is undefined when there is no limit', () => {
  expect(defaultMaxClients({ threads: 1 }, Infinity)).toBeUndefined();
});

const LOOPS = variantsOf(ARCHITECTURES).filter(({ architecture }) => !architecture.capabilities.threadPerClient);

it.skipIf(process.platform !== 'linux').for(LOOPS.map((variant) => [variant.name, variant] as const))(
  '%s answers more clients than it has descriptors for: the others are refused as busy',
  async ([, variant]) => {
    await using server = await ServerProcess.listening([...argumentsOf(variant), '--port', '0'], LIMITED);
    const staying: Peer[] = [];
    const counts: number[] = [];
    for (let client = 0; client < MAX_DESCRIPTORS; client += 1) {
      const peer = await Peer.connect(server.port);
      await peer.sendRequest(2, 2);
      counts.push(await peer.readCount());
      // A refused client leaves; the others stay.
      if (counts.at(-1) === -1) await peer.close();
      else staying.push(peer);
    }
    expect(new Set(counts)).toEqual(new Set([1, -1]));
    await Promise.all(staying.map((peer) => peer.close()));
    expect((await server.stop()).stderr).not.toContain('EMFILE');
  },
);
