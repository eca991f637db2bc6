/** The first request of a server that has just started and has sieved nothing: the time until N for all primes. */
import type { Benchmark, Contender, MissingContender, Workshop } from '../benchmark.ts';
import { poolServer, selectServer, type ServerCommand } from '../servers/bench-servers.ts';
import { WHOLE } from '../servers/load-client.ts';
import { countMetrics, latencyMetrics } from '../servers/load-metrics.ts';
import { serverContender } from '../servers/server-sample.ts';

/** Makes the benchmark `first`. */
export async function makeFirstBenchmark({ peers: openPeers }: Workshop): Promise<Benchmark> {
  const peers = await openPeers();
  const contender = (server: ServerCommand): Contender | MissingContender =>
    serverContender(server, peers.load, async ({ server: { startMs }, run }) => {
      // The client reads the whole answer: that checks N, and shows how long a cold answer takes.
      const { countUs, latencyUs } = await run('ask', { clients: 1, interval: WHOLE, requests: 1 });
      return { metrics: { ...countMetrics(countUs), p50Ms: latencyMetrics(latencyUs).p50Ms, startMs } };
    });
  const servers = { select: selectServer('select'), epoll: selectServer('epoll'), pool: poolServer(1) };
  return {
    experiments: [
      {
        name: 'first request of a cold server',
        contenders: Object.fromEntries(Object.entries(servers).map(([key, server]) => [key, contender(server)])),
        ...{ rounds: 3, sampleSeconds: 1.5 },
        rows: Object.keys(servers).map((ours) => ({
          what: `from connect to N for [0, 2147483647], cold: ${ours}`,
          ...{ metric: 'countMs', ours },
          goal: { kind: 'value', atMost: 5 },
        })),
        details: ['countMs', 'p50Ms', 'startMs'],
      },
    ],
    versions: peers.versions,
  };
}
