/**
 * The longest answer to one client that takes all it can get: how much of what the machine can move a server moves,
 * when all primes are sieved already. The peer sends zeros, which nothing can be faster than that copies bytes into a
 * socket.
 */
import type { Benchmark, Contender, MissingContender, Row, Workshop } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { peerServer, poolServer, selectServer } from '../servers/contestants.ts';
import { clientFigures, perSecond } from '../servers/figures.ts';
import { WHOLE } from '../servers/intervals.ts';
import { readCpuMs, readMemory } from '../servers/proc.ts';
import type { ServerCommand } from '../servers/process.ts';
import { serverContender } from '../servers/site.ts';

const FULL_TABLE = ['--table', 'full'] as const;
/** The default as it is while others are ready too. */
const DEFAULT_QUANTUM = ['--quantum', '16384'] as const;
const ZEROS = 'C, zeros in 64 KB';
const STORED = 'C, all 420 MB in memory';

/** Makes the benchmark `stream`. */
export async function makeStreamBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const peers = await openPeers();
  const seconds = quick ? 0.1 : 1.2;
  const contender = (server: ServerCommand | MissingContender): Contender | MissingContender =>
    stream(server, peers, seconds);
  const ours = {
    select: contender(selectServer('select', ...FULL_TABLE)),
    poll: contender(selectServer('poll', ...FULL_TABLE)),
    epoll: contender(selectServer('epoll', ...FULL_TABLE)),
    small: contender(selectServer('epoll', ...FULL_TABLE, ...DEFAULT_QUANTUM)),
    pool: contender(poolServer(1, ...FULL_TABLE)),
  };
  return {
    experiments: [
      {
        name: 'all primes to one fast client, warm',
        contenders: {
          ...ours,
          zeros: contender(peerServer(ZEROS, peers.zeroServer)),
          stored: contender(peerServer(STORED, peers.zeroServer, '65536', 'whole')),
        },
        rounds: 3,
        rows: [
          ...Object.entries(ours).map(([key, { name }]): Row => ({
            what: `all primes to one fast client, warm: ${name}`,
            figure: 'bytesPerSecond',
            ours: key,
            peer: 'zeros',
            goal: { kind: 'ratio', atLeast: 0.9 },
          })),
          {
            what: 'the same by a server in C that keeps the whole answer in memory',
            figure: 'bytesPerSecond',
            ours: 'stored',
            peer: 'zeros',
            goal: { kind: 'ratio' },
          },
        ],
        details: ['bytesPerSecond', 'cpuPerMegabyteMs', 'rssBytes', 'clientBusy', 'clientShare'],
      },
    ],
    versions: peers.versions,
  };
}

function stream(
  server: ServerCommand | MissingContender,
  { load }: Peers,
  seconds: number,
): Contender | MissingContender {
  return serverContender(server, load, async (site) => {
    const { pid } = site.server;
    await site.run('stream', { clients: 1, interval: WHOLE, seconds: seconds / 4 });
    const beforeMs = readCpuMs(pid);
    const result = await site.run('stream', { clients: 1, interval: WHOLE, seconds });
    return {
      figures: {
        bytesPerSecond: perSecond(result.bytes, result),
        cpuPerMegabyteMs: (readCpuMs(pid) - beforeMs) / (result.bytes / 1e6),
        ...readMemory(pid),
        ...clientFigures(result),
      },
    };
  });
}
