/**
 * Small requests: what a request costs a server whose work is next to nothing, so that all that is measured is the way it
 * handles connections. What each row means is told in docs/benchmarks.md.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { netServer, peerServer, poolServer, pythonServer, selectServer } from '../servers/contestants.ts';
import { measureRequests, REQUEST_DETAILS } from '../servers/figures.ts';
import type { LoadOptions } from '../servers/load.ts';
import type { ServerCommand } from '../servers/process.ts';
import { serverContender } from '../servers/site.ts';

const CLIENTS = 64;
/** So that each client of the load has its thread, as in the peer with a pthread for each. */
const POOL_THREADS = CLIENTS;

/** How much a sample holds. */
interface Workload {
  readonly warmupSeconds: number;
  readonly seconds: number;
}

const FULL: Workload = { warmupSeconds: 0.5, seconds: 4 };
const QUICK: Workload = { warmupSeconds: 0.05, seconds: 0.1 };

const OURS = ['select', 'poll', 'epoll'] as const;
const C_EPOLL = 'C epoll';
const C_PTHREADS = 'C, a pthread each';
const PYTHON_SELECT = 'Python select';
const PYTHON_POOL = 'Python pool';

/** Makes the benchmark `requests`. */
export async function makeRequestsBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const workload = quick ? QUICK : FULL;
  const peers = await openPeers();
  return {
    experiments: [oneEach(workload, peers), keptConnections(workload, peers)],
    versions: peers.versions,
  };
}

/** One request for each connection. */
function oneEach(workload: Workload, peers: Peers): Experiment {
  const contender = (server: ServerCommand | MissingContender): Contender | MissingContender =>
    ask(server, peers, workload, { clients: CLIENTS });
  const cpu = (ours: string, peer: string, atMost: number): Row => ({
    what: `small request, CPU of the server: ${ours}`,
    figure: 'cpuPerRequestMs',
    ours,
    peer,
    goal: { kind: 'ratio', atMost },
  });
  const rate = (ours: string, peer: string): Row => ({
    what: `small requests a second: ${ours}`,
    figure: 'requestsPerSecond',
    ours,
    peer,
    // The peer's own limit is far below the client's: reaching that is all that can be asked.
    goal: { kind: 'ratio', atLeast: 1 },
  });
  return {
    name: `small requests, ${CLIENTS} clients, one request for each connection`,
    contenders: {
      ...Object.fromEntries(OURS.map((selector) => [selector, contender(selectServer(selector))])),
      pool: contender(poolServer(POOL_THREADS)),
      cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)),
      cPthreads: contender(peerServer(C_PTHREADS, peers.pthreadServer)),
      net: contender(netServer()),
      pythonSelect: contender(pythonServer(PYTHON_SELECT, peers.python, 'select_server.py')),
      pythonPool: contender(pythonServer(PYTHON_POOL, peers.python, 'pool_server.py')),
    },
    rounds: 3,
    rows: [
      ...OURS.map((selector) => cpu(selector, 'cEpoll', 1.1)),
      cpu('pool', 'cPthreads', 1.1),
      ...[...OURS, 'pool'].map((ours) => cpu(ours, 'net', 0.6)),
      ...OURS.map((selector) => rate(selector, 'pythonSelect')),
      rate('pool', 'pythonPool'),
    ],
    details: REQUEST_DETAILS,
  };
}

/** All requests of a client on one connection. */
function keptConnections(workload: Workload, peers: Peers): Experiment {
  const contender = (server: ServerCommand | MissingContender): Contender | MissingContender =>
    ask(server, peers, workload, { clients: CLIENTS, keepAlive: true });
  return {
    name: `small requests, ${CLIENTS} clients, many requests on one connection`,
    contenders: {
      epoll: contender(selectServer('epoll')),
      cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)),
      net: contender(netServer()),
    },
    rounds: 3,
    rows: ['cEpoll', 'net'].map((peer) => ({
      what: 'many small requests on one connection, a second: epoll',
      figure: 'requestsPerSecond',
      ours: 'epoll',
      peer,
      goal: peer === 'cEpoll' ? { kind: 'ratio', atLeast: 0.8 } : { kind: 'ratio' },
    })),
    details: REQUEST_DETAILS,
  };
}

function ask(
  server: ServerCommand | MissingContender,
  { load }: Peers,
  { warmupSeconds, seconds }: Workload,
  options: LoadOptions,
): Contender | MissingContender {
  return serverContender(server, load, async (site) => {
    await site.run('ask', { ...options, seconds: warmupSeconds });
    return { figures: await measureRequests(site, { ...options, seconds }) };
  });
}
