/** The first request of a server that has just started and has sieved nothing: how soon N comes for all primes. */
import type { Benchmark, Contender, MissingContender, Workshop } from '../benchmark.ts';
import { poolServer, selectServer } from '../servers/contestants.ts';
import { WHOLE } from '../servers/intervals.ts';
import type { ServerCommand } from '../servers/process.ts';
import { serverContender } from '../servers/site.ts';

/** After these the client closes: N is what it came for. */
const BYTES = 4096;
/** It takes milliseconds; a server that never answers fails here. */
const LIMIT_SECONDS = 10;

/** Makes the benchmark `first`. */
export async function makeFirstBenchmark({ peers: openPeers }: Workshop): Promise<Benchmark> {
  const peers = await openPeers();
  const contender = (server: ServerCommand): Contender | MissingContender =>
    serverContender(server, peers.load, async ({ server: { startMs }, run }) => {
      const result = await run('stream', { clients: 1, interval: WHOLE, bytes: BYTES, seconds: LIMIT_SECONDS });
      return { figures: { countMs: result.countUs.p50 / 1000, startMs } };
    });
  const servers = {
    select: selectServer('select'),
    poll: selectServer('poll'),
    epoll: selectServer('epoll'),
    pool: poolServer(1),
  };
  return {
    experiments: [
      {
        name: 'first request of a cold server',
        contenders: Object.fromEntries(Object.entries(servers).map(([key, server]) => [key, contender(server)])),
        rounds: 5,
        rows: Object.keys(servers).map((ours) => ({
          what: `from connect to N for [0, 2147483647], cold: ${ours}`,
          figure: 'countMs',
          ours,
          goal: { kind: 'value', atMost: 5 },
        })),
        details: ['countMs', 'startMs'],
      },
    ],
    versions: peers.versions,
  };
}
