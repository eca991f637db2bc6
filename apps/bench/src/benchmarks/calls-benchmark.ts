/**
 * System calls for a request: how many, and which. Each enters the kernel and returns; calls beyond those of the C peers
 * could be avoided.
 *
 * strace makes each call many times as slow. So these runs measure nothing else, and more clients are ready in a turn
 * than without it: calls that serve several clients at once (`epoll_wait`) count less than usual.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { type BenchServer, netServer, peerServer, poolServer, selectServer } from '../servers/bench-servers.ts';
import { serverContender } from '../servers/server-sample.ts';
import { countCalls, whyNoStrace } from '../servers/strace.ts';

const CLIENTS = 64;

/** Requests that are counted, after a warm-up that isn't. */
interface Workload {
  readonly warmup: number;
  readonly requests: number;
}

const FULL: Workload = { warmup: 5000, requests: 1000 };
const QUICK: Workload = { warmup: 200, requests: 200 };

/** Makes the benchmark `calls`. */
export async function makeCallsBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const workload = quick ? QUICK : FULL;
  const peers = await openPeers();
  const missing = whyNoStrace();
  return {
    experiments: [
      count('system calls for a request, one request for each connection', workload, peers, missing, false),
      count('system calls for a request, many requests on one connection', workload, peers, missing, true),
    ],
    versions: peers.versions,
  };
}

function count(
  what: string,
  { warmup, requests }: Workload,
  peers: Peers,
  missing: string | undefined,
  keepAlive: boolean,
): Experiment {
  const contender = (server: BenchServer): Contender | MissingContender => {
    if (missing !== undefined) return { name: server.name, missing };
    return serverContender(server, peers.load, async (sample) => {
      const options = { clients: CLIENTS, keepAlive };
      await sample.run('ask', { ...options, requests: warmup });
      const calls = await countCalls(sample.server.pid, () => sample.run('ask', { ...options, requests }));
      const parts = Object.fromEntries(Object.entries(calls).map(([name, times]) => [name, times / requests]));
      const callsPerRequest = Object.values(parts).reduce((sum, times) => sum + times, 0);
      return { metrics: { callsPerRequest }, parts };
    });
  };
  const row = (ours: string, peer: string): Row => ({
    ...{ what: `${what}: ${ours}`, metric: 'callsPerRequest', ours, peer },
    goal: { kind: 'ratio' },
  });
  return {
    name: what,
    contenders: {
      select: contender(selectServer('select')),
      poll: contender(selectServer('poll')),
      epoll: contender(selectServer('epoll')),
      cEpoll: contender(peerServer('C epoll', peers.epollServer)),
      pool: contender(poolServer(CLIENTS)),
      cPthreads: contender(peerServer('C, a pthread each', peers.pthreadServer)),
      net: contender(netServer()),
    },
    ...{ rounds: 2, sampleSeconds: 2.5 },
    rows: [row('select', 'cEpoll'), row('poll', 'cEpoll'), row('epoll', 'cEpoll'), row('pool', 'cPthreads')],
  };
}
