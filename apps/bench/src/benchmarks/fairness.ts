/**
 * Whether every client gets its turn, however much the others take.
 *
 * **The fair share** of a small request beside 64 clients that take all they can get is what it costs if each of the 65
 * gets one turn after the other, with one send of at most a quantum in each. It needs two turns: in one it is accepted,
 * in the next its request is read, counted and answered. So it waits for 2 × 65 sends. What a send takes is known from
 * the same run: the 64 clients got so many bytes in its time, a quantum at a time. The server is the limit of that rate
 * or the clients are, the share holds for both.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import type { Figures } from '../figures.ts';
import type { Peers } from '../peers.ts';
import { askBesideStreams, type BesideStreams, STREAMS } from '../servers/beside-streams.ts';
import { peerServer, poolServer, selectServer } from '../servers/contestants.ts';
import { clientFigures, perSecond } from '../servers/figures.ts';
import { WHOLE } from '../servers/intervals.ts';
import type { LoadResult } from '../servers/load.ts';
import type { ServerCommand } from '../servers/process.ts';
import { serverContender, type Site } from '../servers/site.ts';

const FULL_TABLE = ['--table', 'full'] as const;
const C_EPOLL = 'C epoll';
const EQUALS = 10;

/** The default quantum of the select server, as docs/decisions/0002-quantum.md has chosen it: 16384 primes. */
const QUANTUM_BYTES = 65_536;
/** Accepted; read and answered. */
const TURNS = 2;

/** Longer than a sample takes; the load is stopped before. */
const LONG_SECONDS = 300;

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
  const contender = (server: ServerCommand | MissingContender): Contender | MissingContender =>
    serverContender(server, peers.load, async (site) => ({ figures: await askFairly(site, workload) }));
  const what = `small request while ${STREAMS} clients stream`;
  return {
    name: what,
    contenders: {
      select: contender(selectServer('select', ...FULL_TABLE)),
      epoll: contender(selectServer('epoll', ...FULL_TABLE)),
      cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)),
    },
    rounds: 3,
    rows: ['select', 'epoll'].flatMap((ours): Row[] => [
      {
        what: `${what}, p99 over the fair share: ${ours}`,
        figure: 'p99OverFairShare',
        ours,
        goal: { kind: 'value', atMost: 2 },
      },
      { what: `${what}, p99: ${ours}`, figure: 'p99Ms', ours, goal: { kind: 'value', atMost: 20 } },
      { what: `${what}, p99: ${ours}`, figure: 'p99Ms', ours, peer: 'cEpoll', goal: { kind: 'ratio' } },
    ]),
    details: ['p50Ms', 'p99Ms', 'p999Ms', 'fairShareMs', 'bytesPerSecond'],
  };
}

function equalClients({ bytesEach }: Workload, peers: Peers): Experiment {
  const contender = (server: ServerCommand | MissingContender): Contender | MissingContender =>
    serverContender(server, peers.load, async (site) => {
      const result = await site.run('stream', {
        clients: EQUALS,
        interval: WHOLE,
        bytes: bytesEach,
        seconds: LONG_SECONDS,
      });
      return {
        figures: { ...jainOf(result), bytesPerSecond: perSecond(result.bytes, result), ...clientFigures(result) },
      };
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
    rounds: 3,
    rows: Object.entries(ours).map(([key, { name }]) => ({
      what: `${EQUALS} equal clients, Jain's index of their bytes: ${name}`,
      figure: 'jain',
      ours: key,
      // Among threads, the kernel's scheduler divides the processor, in slices that are as long as such an answer
      // takes.
      goal: key === 'pool' ? { kind: 'value' } : { kind: 'value', atLeast: 0.99 },
    })),
    details: ['jain', 'bytesPerSecond', 'clientBusy'],
  };
}

async function askFairly(site: Site, workload: Workload): Promise<Figures> {
  const figures = await askBesideStreams(site, workload);
  const fairShareMs = fairShare(figures.bytesPerSecond);
  return { ...figures, fairShareMs, p99OverFairShare: figures.p99Ms / fairShareMs };
}

/**
 * What a small request costs that gets its turns among all streams, in milliseconds.
 *
 * @param bytesPerSecond - what all streams got together
 */
export function fairShare(bytesPerSecond: number): number {
  const sendMs = (QUANTUM_BYTES / bytesPerSecond) * 1000;
  return TURNS * (STREAMS + 1) * sendMs;
}

function jainOf({ jain }: LoadResult): Figures {
  if (jain === null) throw new TypeError("Cannot measure fairness: the load must have Jain's index, it has none");
  return { jain };
}
