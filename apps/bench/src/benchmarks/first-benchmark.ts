/** The first request of a server that has just started and has sieved nothing: the time until N for all primes. */
import { value, withPeers } from '../benchmark.ts';
import { poolServer, selectServer } from '../servers/bench-servers.ts';
import { WHOLE } from '../servers/load-client.ts';
import { countMetrics, latencyMetrics } from '../servers/load-metrics.ts';
import { serverContenders } from '../servers/server-sample.ts';

/** Makes the benchmark `first`. */
export const makeFirstBenchmark = withPeers(({ load }) => {
  const servers = { select: selectServer('select'), epoll: selectServer('epoll'), pool: poolServer(1) };
  const what = 'from connect to N for [0, 2147483647], cold';
  return [
    {
      name: 'first request of a cold server',
      contenders: serverContenders(servers, load, async ({ server: { startMs }, run }) => {
        // The client reads the whole answer: that checks N, and shows how long a cold answer takes.
        const { countUs, latencyUs } = await run('ask', { clients: 1, interval: WHOLE, requests: 1 });
        return { metrics: { ...countMetrics(countUs), p50Ms: latencyMetrics(latencyUs).p50Ms, startMs } };
      }),
      ...{ rounds: 3, sampleSeconds: 1.5 },
      rows: Object.keys(servers).map((ours) => value(`${what}: ${ours}`, 'countMs', ours, { atMost: 5 })),
      details: ['countMs', 'p50Ms', 'startMs'],
    },
  ];
});
