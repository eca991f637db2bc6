/**
 * Whether every client gets its turn when others take all they can.
 *
 * **The fair share** of a small request beside 64 streaming clients is its cost if each of the 65 gets one turn after the
 * other, with one send of at most a quantum in each. The request needs two turns: in one it is accepted, in the next it
 * is read, counted and answered. So it waits for 2 × 65 sends. The time of a send follows from the same run: the bytes
 * that the 64 clients received in its time, divided into quanta. That holds whether the server or the clients limit the
 * rate.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { askBesideStreams, type BesideStreams, STREAMS } from '../servers/beside-streams.ts';
import { type BenchServer, FULL_TABLE, peerServer, poolServer, selectServer } from '../servers/bench-servers.ts';
import { LONG_SECONDS, type LoadResult, WHOLE } from '../servers/load-client.ts';
import { clientMetrics, perSecond } from '../servers/load-metrics.ts';
import { serverContender } from '../servers/server-sample.ts';

const C_EPOLL = 'C epoll';
const EQUALS = 10;

/** The select server's default quantum (docs/decisions/0002-quantum.md): 16384 primes. */
const QUANTUM_BYTES = 65_536;
/** The turn that accepts, and the turn that reads and answers. */
const TURNS = 2;

/** How much a sample holds. */
interface Workload extends BesideStreams {
  readonly bytesEach: number;
}

const FULL: Workload = { warmupSeconds: 0.3, seconds: 3, bytesEach: 50e6 };
const QUICK: Workload = { warmupSeconds: 0.05, seconds: 0.2, bytesEach: 2e6 };

/** Makes the benchmark `fairness`. */
export async function makeFairnessBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const workload = quick ? QUICK : FULL;
  const peers = await openPeers();
  return {
    experiments: [besideStreams(workload, peers), equalClients(workload, peers)],
    versions: peers.versions,
  };
}

function besideStreams(workload: Workload, peers: Peers): Experiment {
  const contender = (server: BenchServer): Contender | MissingContender =>
    serverContender(server, peers.load, async (sample) => {
      const metrics = await askBesideStreams(sample, workload);
      const fairShareMs = fairShare(metrics.bytesPerSecond);
      return { metrics: { ...metrics, fairShareMs, p99OverFairShare: metrics.p99Ms / fairShareMs } };
    });
  const what = `small request while ${STREAMS} clients stream`;
  return {
    name: what,
    contenders: {
      select: contender(selectServer('select', ...FULL_TABLE)),
      epoll: contender(selectServer('epoll', ...FULL_TABLE)),
      cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)),
    },
    ...{ rounds: 3, sampleSeconds: 6 },
    rows: ['select', 'epoll'].flatMap((ours): Row[] => [
      {
        what: `${what}, p99 over the fair share: ${ours}`,
        ...{ metric: 'p99OverFairShare', ours },
        goal: { kind: 'value', atMost: 2 },
      },
      { what: `${what}, p99: ${ours}`, metric: 'p99Ms', ours, goal: { kind: 'value', atMost: 20 } },
      { what: `${what}, p99: ${ours}`, metric: 'p99Ms', ours, peer: 'cEpoll', goal: { kind: 'ratio' } },
    ]),
    details: ['p50Ms', 'p99Ms', 'p999Ms', 'fairShareMs', 'bytesPerSecond'],
  };
}

function equalClients({ bytesEach }: Workload, peers: Peers): Experiment {
  const options = { clients: EQUALS, interval: WHOLE, bytes: bytesEach, seconds: LONG_SECONDS };
  const contender = (server: BenchServer): Contender | MissingContender =>
    serverContender(server, peers.load, async (sample) => {
      const result = await sample.run('stream', options);
      const bytesPerSecond = perSecond(result.bytes, result);
      return { metrics: { jain: jainOf(result), bytesPerSecond, ...clientMetrics(result) } };
    });
  const ours = {
    select: contender(selectServer('select', ...FULL_TABLE)),
    poll: contender(selectServer('poll', ...FULL_TABLE)),
    epoll: contender(selectServer('epoll', ...FULL_TABLE)),
    pool: contender(poolServer(EQUALS, ...FULL_TABLE)),
  };
  return {
    name: `${EQUALS} equal clients stream ${bytesEach / 1e6} MB each`,
    contenders: { ...ours, cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)) },
    ...{ rounds: 3, sampleSeconds: 3 },
    rows: Object.entries(ours).map(([key, { name }]) => ({
      what: `${EQUALS} equal clients, Jain's index of their bytes: ${name}`,
      ...{ metric: 'jain', ours: key },
      // Between threads, the kernel's scheduler divides the processor, in slices as long as such an answer takes.
      goal: key === 'pool' ? { kind: 'value' } : { kind: 'value', atLeast: 0.99 },
    })),
    details: ['jain', 'bytesPerSecond', 'clientBusy'],
  };
}

/**
 * The cost of a small request that gets its turns among all streams.
 *
 * @param bytesPerSecond - what all streams receive together
 * @returns milliseconds
 */
export function fairShare(bytesPerSecond: number): number {
  const sendMs = (QUANTUM_BYTES / bytesPerSecond) * 1000;
  return TURNS * (STREAMS + 1) * sendMs;
}

function jainOf({ jain }: LoadResult): number {
  if (jain === null) throw new TypeError("cannot measure fairness: the load must report Jain's index, got none");
  return jain;
}
