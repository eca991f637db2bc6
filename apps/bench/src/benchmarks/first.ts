/** The first request of a server that has just started and has sieved nothing: how soon N comes for all primes. */
import type { Benchmark, Contender, MissingContender, Workshop } from '../benchmark.ts';
import { poolServer, selectServer } from '../servers/contestants.ts';
import { countFigures, latencyFigures } from '../servers/figures.ts';
import { WHOLE } from '../servers/intervals.ts';
import type { ServerCommand } from '../servers/process.ts';
import { serverContender } from '../servers/site.ts';

/** Makes the benchmark `first`. */
export async function makeFirstBenchmark({ peers: openPeers }: Workshop): Promise<Benchmark> {
  const peers = await openPeers();
  const contender = (server: ServerCommand): Contender | MissingContender =>
    serverContender(server, peers.load, async ({ server: { startMs }, run }) => {
      // The client reads on to the end: it tells that N was right, and what a cold answer takes.
      const { countUs, latencyUs } = await run('ask', { clients: 1, interval: WHOLE, requests: 1 });
      return { figures: { ...countFigures(countUs), p50Ms: latencyFigures(latencyUs).p50Ms, startMs } };
    });
  const servers = {
    select: selectServer('select'),
    epoll: selectServer('epoll'),
    pool: poolServer(1),
  };
  return {
    experiments: [
      {
        name: 'first request of a cold server',
        contenders: Object.fromEntries(Object.entries(servers).map(([key, server]) => [key, contender(server)])),
        rounds: 3,
        rows: Object.keys(servers).map((ours) => ({
          what: `from connect to N for [0, 2147483647], cold: ${ours}`,
          figure: 'countMs',
          ours,
          goal: { kind: 'value', atMost: 5 },
        })),
        details: ['countMs', 'p50Ms', 'startMs'],
      },
    ],
    versions: peers.versions,
  };
}
