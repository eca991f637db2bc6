/**
 * The longest answer to one client that takes all it can, with all primes sieved beforehand: how much of the machine's
 * throughput a server reaches. The peer sends zeros; nothing that copies bytes into a socket can be faster.
 */
import type { Benchmark, Contender, MissingContender, Row, Workshop } from '../benchmark.ts';
import { serversBefore } from '../before-and-after.ts';
import { type BenchServer, FULL_TABLE, peerServer, poolServer, selectServer } from '../servers/bench-servers.ts';
import { WHOLE } from '../servers/load-client.ts';
import { clientMetrics, perSecond } from '../servers/load-metrics.ts';
import { readCpuMs, readMemory } from '@concurrent-primes/harness';
import { serverContender } from '../servers/server-sample.ts';

/** The default, which a loop raises while only one client is ready. */
const DEFAULT_QUANTUM = ['--quantum', '16384'] as const;

/** Makes the benchmark `stream`. */
export async function makeStreamBenchmark({ quick, peers: openPeers, against }: Workshop): Promise<Benchmark> {
  const peers = await openPeers();
  const seconds = quick ? 0.1 : 1.2;
  const contender = (server: BenchServer): Contender | MissingContender =>
    serverContender(server, peers.load, async ({ server: { pid }, run }) => {
      await run('stream', { clients: 1, interval: WHOLE, seconds: seconds / 4 });
      const beforeMs = readCpuMs(pid);
      const result = await run('stream', { clients: 1, interval: WHOLE, seconds });
      return {
        metrics: {
          bytesPerSecond: perSecond(result.bytes, result),
          cpuPerMegabyteMs: (readCpuMs(pid) - beforeMs) / (result.bytes / 1e6),
          ...readMemory(pid),
          ...clientMetrics(result),
        },
      };
    });
  const servers = {
    select: selectServer('select', ...FULL_TABLE),
    poll: selectServer('poll', ...FULL_TABLE),
    epoll: selectServer('epoll', ...FULL_TABLE),
    small: selectServer('epoll', ...FULL_TABLE, ...DEFAULT_QUANTUM),
    pool: poolServer(1, ...FULL_TABLE),
  };
  const { select, epoll, pool } = servers;
  const what = 'all primes to one fast client, warm';
  const cpu = `${what}, CPU of the server for 1 MB`;
  const before = serversBefore(against, cpu, 'cpuPerMegabyteMs', { select, epoll, pool }, contender);
  return {
    experiments: [
      {
        name: what,
        contenders: {
          ...Object.fromEntries(Object.entries(servers).map(([key, server]) => [key, contender(server)])),
          ...before.contenders,
          zeros: contender(peerServer('C, zeros in 64 KB', peers.zeroServer)),
          stored: contender(peerServer('C, all 420 MB in memory', peers.zeroServer, '65536', 'whole')),
        },
        ...{ rounds: 3, sampleSeconds: 3 },
        rows: [
          ...Object.entries(servers).map(([ours, { name }]): Row => ({
            what: `${what}: ${name}`,
            ...{ metric: 'bytesPerSecond', ours, peer: 'zeros' },
            goal: { kind: 'ratio', atLeast: 0.9 },
          })),
          {
            what: 'the same by a server in C that keeps the whole answer in memory',
            ...{ metric: 'bytesPerSecond', ours: 'stored', peer: 'zeros' },
            goal: { kind: 'ratio' },
          },
          ...before.rows,
        ],
        details: ['bytesPerSecond', 'cpuPerMegabyteMs', 'rssBytes', 'clientBusy', 'clientShare'],
      },
    ],
    versions: peers.versions,
  };
}
