/**
 * The longest answer to one client that takes all it can, with all primes sieved beforehand: how much of the machine's
 * throughput a server reaches. The peer sends zeros; nothing that copies bytes into a socket can be faster.
 */
import { readCpuMs, readMemory } from '@concurrent-primes/harness';
import { serversBefore } from '../before-and-after.ts';
import { type Outcome, ratio, withPeers } from '../benchmark.ts';
import { FULL_TABLE, peerServer, poolServer, selectServer, selectServers } from '../servers/bench-servers.ts';
import { WHOLE } from '../servers/load-client.ts';
import { clientMetrics, perSecond } from '../servers/load-metrics.ts';
import { type Sample, serverContender, serverContenders } from '../servers/server-sample.ts';

/** The default, which a loop raises while only one client is ready. */
const DEFAULT_QUANTUM = ['--quantum', '16384'] as const;

/** Makes the benchmark `stream`. */
export const makeStreamBenchmark = withPeers(({ load, zeroServer }, { quick, against }) => {
  const seconds = quick ? 0.1 : 1.2;
  const take = async ({ server: { pid }, run }: Sample): Promise<Outcome> => {
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
  };
  const servers = {
    ...selectServers(...FULL_TABLE),
    small: selectServer('epoll', ...FULL_TABLE, ...DEFAULT_QUANTUM),
    pool: poolServer(1, ...FULL_TABLE),
  };
  const peers = {
    zeros: peerServer('C, zeros in 64 KB', zeroServer),
    stored: peerServer('C, all 420 MB in memory', zeroServer, '65536', 'whole'),
  };
  const { select, epoll, pool } = servers;
  const what = 'all primes to one fast client, warm';
  const cpu = `${what}, CPU of the server for 1 MB`;
  const before = serversBefore(against, cpu, 'cpuPerMegabyteMs', { select, epoll, pool }, (server) =>
    serverContender(server, load, take),
  );
  const whole = 'the same by a server in C that keeps the whole answer in memory';
  return [
    {
      name: what,
      contenders: {
        ...serverContenders(servers, load, take),
        ...before.contenders,
        ...serverContenders(peers, load, take),
      },
      ...{ rounds: 3, sampleSeconds: 3 },
      rows: [
        ...Object.entries(servers).map(([ours, { name }]) =>
          ratio(`${what}: ${name}`, 'bytesPerSecond', ours, 'zeros', { atLeast: 0.9 }),
        ),
        ratio(whole, 'bytesPerSecond', 'stored', 'zeros'),
        ...before.rows,
      ],
      details: ['bytesPerSecond', 'cpuPerMegabyteMs', 'rssBytes', 'clientBusy', 'clientShare'],
    },
  ];
});
