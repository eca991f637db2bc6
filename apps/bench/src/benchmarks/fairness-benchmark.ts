/**
 * Whether every client gets its turn when others take all they can.
 *
 * **The fair share** of a small request beside 64 streaming clients is its cost if each of the 65 gets one turn after the
 * other, with one send of at most a quantum in each. The request needs two turns: in one it is accepted, in the next it
 * is read, counted and answered. So it waits for 2 × 65 sends. The time of a send follows from the same run: the bytes
 * that the 64 clients received in its time, divided into quanta. That holds whether the server or the clients limit the
 * rate.
 */
import { type Experiment, type Row, ratio, value, withPeers } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { FULL_TABLE, peerServer, poolServer, selectServer, selectServers } from '../servers/bench-servers.ts';
import { LONG_SECONDS, type LoadResult, WHOLE } from '../servers/load-client.ts';
import { askBesideStreams, clientMetrics, perSecond, STREAMS } from '../servers/load-metrics.ts';
import { serverContenders } from '../servers/server-sample.ts';

const C_EPOLL = 'C epoll';
const EQUALS = 10;

/** The select server's default quantum (docs/decisions/0002-quantum.md): 16384 primes. */
const QUANTUM_BYTES = 65_536;
/** The turn that accepts, and the turn that reads and answers. */
const TURNS = 2;

const FULL = { warmupSeconds: 0.3, seconds: 3, bytesEach: 50e6 };
const QUICK: typeof FULL = { warmupSeconds: 0.05, seconds: 0.2, bytesEach: 2e6 };

/** Makes the benchmark `fairness`. */
export const makeFairnessBenchmark = withPeers((peers, { quick }) => {
  const workload = quick ? QUICK : FULL;
  return [besideStreams(workload, peers), equalClients(workload, peers)];
});

function besideStreams(workload: typeof FULL, peers: Peers): Experiment {
  const what = `small request while ${STREAMS} clients stream`;
  const servers = {
    select: selectServer('select', ...FULL_TABLE),
    epoll: selectServer('epoll', ...FULL_TABLE),
    cEpoll: peerServer(C_EPOLL, peers.epollServer),
  };
  return {
    name: what,
    contenders: serverContenders(servers, peers.load, async (sample) => {
      const metrics = await askBesideStreams(sample, workload);
      const fairShareMs = fairShare(metrics.bytesPerSecond);
      return { metrics: { ...metrics, fairShareMs, p99OverFairShare: metrics.p99Ms / fairShareMs } };
    }),
    ...{ rounds: 3, sampleSeconds: 6 },
    rows: ['select', 'epoll'].flatMap((ours): Row[] => [
      value(`${what}, p99 over the fair share: ${ours}`, 'p99OverFairShare', ours, { atMost: 2 }),
      value(`${what}, p99: ${ours}`, 'p99Ms', ours, { atMost: 20 }),
      ratio(`${what}, p99: ${ours}`, 'p99Ms', ours, 'cEpoll'),
    ]),
    details: ['p50Ms', 'p99Ms', 'p999Ms', 'fairShareMs', 'bytesPerSecond'],
  };
}

function equalClients({ bytesEach }: typeof FULL, peers: Peers): Experiment {
  const options = { clients: EQUALS, interval: WHOLE, bytes: bytesEach, seconds: LONG_SECONDS };
  const ours = { ...selectServers(...FULL_TABLE), pool: poolServer(EQUALS, ...FULL_TABLE) };
  const servers = { ...ours, cEpoll: peerServer(C_EPOLL, peers.epollServer) };
  const what = `${EQUALS} equal clients, Jain's index of their bytes`;
  return {
    name: `${EQUALS} equal clients stream ${bytesEach / 1e6} MB each`,
    contenders: serverContenders(servers, peers.load, async ({ run }) => {
      const result = await run('stream', options);
      const bytesPerSecond = perSecond(result.bytes, result);
      return { metrics: { jain: jainOf(result), bytesPerSecond, ...clientMetrics(result) } };
    }),
    ...{ rounds: 3, sampleSeconds: 3 },
    rows: Object.entries(ours).map(([key, { name }]) =>
      // Between threads, the kernel's scheduler divides the processor, in slices as long as such an answer takes.
      value(`${what}: ${name}`, 'jain', key, key === 'pool' ? {} : { atLeast: 0.99 }),
    ),
    details: ['jain', 'bytesPerSecond', 'clientBusy'],
  };
}

/** What a small request costs, in milliseconds, when all streams together receive this many bytes a second. */
export function fairShare(bytesPerSecond: number): number {
  const sendMs = (QUANTUM_BYTES / bytesPerSecond) * 1000;
  return TURNS * (STREAMS + 1) * sendMs;
}

function jainOf({ jain }: LoadResult): number {
  if (jain === null) throw new TypeError("cannot measure fairness: the load must report Jain's index, got none");
  return jain;
}
