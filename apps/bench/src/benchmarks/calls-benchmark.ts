/**
 * System calls for a request: how many, and which. Each enters the kernel and returns; calls beyond those of the C peers
 * could be avoided.
 *
 * strace makes each call many times as slow. So these runs measure nothing else, and more clients are ready in a turn
 * than without it: calls that serve several clients at once (`epoll_wait`) count less than usual.
 */
import { type Experiment, ratio, type Row, withPeers } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { netServer, peerServer, poolServer, selectServers } from '../servers/bench-servers.ts';
import { serverContenders } from '../servers/server-sample.ts';
import { countCalls, whyNoStrace } from '../servers/strace.ts';

const CLIENTS = 64;

/** Requests that are counted, after a warm-up that isn't. */
const FULL = { warmup: 5000, requests: 1000 };
const QUICK: typeof FULL = { warmup: 200, requests: 200 };

/** Makes the benchmark `calls`. */
export const makeCallsBenchmark = withPeers((peers, { quick }) => {
  const workload = quick ? QUICK : FULL;
  const missing = whyNoStrace();
  return [
    count('system calls for a request, one request for each connection', workload, peers, missing, false),
    count('system calls for a request, many requests on one connection', workload, peers, missing, true),
  ];
});

function count(
  what: string,
  { warmup, requests }: typeof FULL,
  peers: Peers,
  missing: string | undefined,
  keepAlive: boolean,
): Experiment {
  const servers = {
    ...selectServers(),
    cEpoll: peerServer('C epoll', peers.epollServer),
    pool: poolServer(CLIENTS),
    cPthreads: peerServer('C, a pthread each', peers.pthreadServer),
    net: netServer(),
  };
  const row = (ours: string, peer: string): Row => ratio(`${what}: ${ours}`, 'callsPerRequest', ours, peer);
  return {
    name: what,
    contenders: serverContenders(
      servers,
      peers.load,
      async ({ server: { pid }, run }) => {
        const options = { clients: CLIENTS, keepAlive };
        await run('ask', { ...options, requests: warmup });
        const calls = await countCalls(pid, () => run('ask', { ...options, requests }));
        const parts = Object.fromEntries(Object.entries(calls).map(([name, times]) => [name, times / requests]));
        const callsPerRequest = Object.values(parts).reduce((sum, times) => sum + times, 0);
        return { metrics: { callsPerRequest }, parts };
      },
      missing,
    ),
    ...{ rounds: 2, sampleSeconds: 2.5 },
    rows: [row('select', 'cEpoll'), row('poll', 'cEpoll'), row('epoll', 'cEpoll'), row('pool', 'cPthreads')],
  };
}
